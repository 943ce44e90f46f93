#include "store_fixture.hpp"

#include <mocker/async/task_group.hpp>

#include <fstream>

using namespace mocker;
using test::archive_maker;

namespace {

std::string busybox_tar() { return archive_maker().directory("bin").file("bin/sh", "a shell", 0755).bytes(); }

std::vector<std::string> untagged(std::vector<image::removed_entry> const& done) {
    std::vector<std::string> names;
    for (auto const& entry : done) {
        if (entry.kind == image::removed_entry::what::untagged) names.push_back(entry.name);
    }
    return names;
}

image::users_of used_by(std::string const& container, bool running) {
    return [=](digest const&) { return std::vector<image::image_user>{{container, running}}; };
}

/// What `docker save` of old writes: a layer.tar for each layer, and manifest.json.
std::string docker_archive(test::made_image const& made, std::vector<std::string> const& tars, std::string const& tags) {
    archive_maker out;
    std::string layers;
    for (std::size_t i = 0; i < tars.size(); ++i) {
        auto const name = "layer" + std::to_string(i);
        out.directory(name).file(name + "/VERSION", "1.0").file(name + "/layer.tar", tars[i]);
        layers += (i == 0 ? "\"" : ",\"") + name + "/layer.tar\"";
    }
    auto const config = std::string(made.id().hex()) + ".json";
    out.file(config, made.config).file("repositories", "{}");
    return out.file("manifest.json", R"([{"Config":")" + config + R"(","RepoTags":)" + tags + R"(,"Layers":[)" + layers + "]}]").bytes();
}

/// What `skopeo copy … oci-archive:` writes.
std::string oci_archive(test::made_image const& made, std::string const& annotations) {
    archive_maker out;
    auto const blob = [&](std::string const& content) { out.file("blobs/sha256/" + std::string(sha256_of(content).hex()), content); };
    for (auto const& layer : made.layers) blob(layer);
    blob(made.config);
    blob(made.manifest);
    auto entry = test::descriptor_of(made.manifest, oci::media_types::manifest).to_json();
    if (!annotations.empty()) entry.as_object()["annotations"] = parse_json(annotations).value();
    return out.file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})")
        .file("index.json", R"({"schemaVersion":2,"manifests":[)" + json::serialize(entry) + "]}").bytes();
}

/// Imports the same files under @p name, removes it and imports it again.
awaitable<void> import_remove_import(image::store& store, std::string name, int& made) {
    for (int round = 0; round < 2; ++round) {
        auto const imported = co_await store.import(test::source_of(busybox_tar()), test::import_as(name));
        made += imported.has_value();
        if (round == 0) (void)co_await store.remove(name, true);
    }
}

} // namespace

CO_TEST(store, imports_an_archive_and_finds_it) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    auto options = test::import_as("busybox");
    options.changes = {"CMD [\"sh\"]"};
    options.message = "Imported from -";
    CO_REQUIRE(made, co_await store->import(test::source_of(test::gzip(busybox_tar())), std::move(options)));
    EXPECT_EQ(made.repo_tags, std::vector<std::string>{"busybox:latest"});
    EXPECT_EQ(made.config.config.cmd, std::vector<std::string>{"sh"});
    EXPECT_EQ(made.config.history.at(0).comment, "Imported from -");
    EXPECT_EQ(made.size, 7);
    CO_REQUIRE(found, store->find("busybox"));
    EXPECT_EQ(found.id, made.id);
    EXPECT_EQ(read_file(found.layer_directories.at(0) + "/bin/sh").value(), "a shell");
    EXPECT_EQ(store->find(short_id(made.id.text())).value().id, made.id);
    EXPECT_EQ(store->list().size(), 1u);
    EXPECT_EQ(store->find("nginx").error().message(), "No such image: nginx:latest");
}

CO_TEST(store, an_import_that_fails_leaves_nothing) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    auto const tar = busybox_tar();
    for (auto const& wrong : {std::string(600, 'x'), test::gzip(tar).substr(0, 100), tar.substr(0, 1200),
                              archive_maker().file("../evil", "x").bytes()}) {
        auto const made = co_await store->import(test::source_of(wrong), test::import_as("broken"));
        EXPECT_FALSE(made);
        EXPECT_EQ(made.error().code(), errc::malformed);
        test::expect_empty(directory.path());
    }
    auto options = test::import_as("broken");
    options.changes = {"RUN make"};
    auto const made = co_await store->import(test::source_of(tar), std::move(options));
    EXPECT_EQ(made.error().message(), "RUN is not a valid change command");
    image::byte_source const failing = [](asio::mutable_buffer) -> awaitable<result<std::size_t>> {
        co_return error(errc::unavailable, "the client went away");
    };
    auto const cut = co_await store->import(failing, test::import_as("broken"));
    EXPECT_EQ(cut.error().message(), "the client went away");
    test::expect_empty(directory.path());
    EXPECT_TRUE(store->list().empty());
}

CO_TEST(store, finds_everything_again_when_it_is_opened_again) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    digest id;
    {
        CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
        CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
        CO_REQUIRE(other, oci::parse_reference("localhost:5000/team/app:1.0"));
        EXPECT_TRUE((co_await store->tag("busybox", other)).has_value());
        CO_REQUIRE(unnamed, co_await store->import(test::source_of(archive_maker().file("x", "y").bytes())));
        EXPECT_TRUE(unnamed.repo_tags.empty());
        id = made.id;
    }
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(found, store->find("localhost:5000/team/app:1.0"));
    EXPECT_EQ(found.id, id);
    EXPECT_EQ(found.repo_tags, (std::vector<std::string>{"busybox:latest", "localhost:5000/team/app:1.0"}));
    EXPECT_EQ(found.size, 7);
    EXPECT_EQ(store->list().size(), 2u);
}

CO_TEST(store, opening_repairs_what_was_lost_and_removes_what_was_left) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    std::string layer;
    {
        CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
        CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
        layer = made.layer_directories.at(0);
    }
    EXPECT_TRUE(remove_tree(layer));                                      // as after a loss of power
    std::filesystem::create_directories(directory.path("snapshots/.new-0123/x")); // as after a kill
    EXPECT_TRUE(write_file_atomic(directory.path("images/.ingest/0123"), "half"));
    auto const orphan = directory.path("images/blobs/sha256/") + std::string(sha256_of("orphan").hex());
    EXPECT_TRUE(write_file_atomic(orphan, "orphan"));
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    EXPECT_EQ(read_file(layer + "/bin/sh").value(), "a shell");
    EXPECT_FALSE(std::filesystem::exists(orphan));
    EXPECT_EQ(test::names_in(directory.path("snapshots")), 2u);
    EXPECT_EQ(test::names_in(directory.path("images/.ingest")), 0u);
}

CO_TEST(store, forgets_an_image_whose_content_is_gone) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    {
        CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
        CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
        EXPECT_TRUE(remove_tree(directory.path("images/blobs/sha256/") + std::string(made.id.hex())));
    }
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    EXPECT_TRUE(store->list().empty());
    test::expect_empty(directory.path());
}

CO_TEST(store, keeps_what_another_tool_put_into_its_layout) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    auto const list = std::string(R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]})");
    {
        CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
        CO_REQUIRE(blobs, content::blob_store::open(directory.path("images")));
        CO_REQUIRE(name, blobs.put(list));
        oci::index index;
        index.manifests.push_back(test::descriptor_of(list, oci::media_types::index));
        EXPECT_TRUE(blobs.write_index(index));
    }
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
    CO_REQUIRE(blobs, content::blob_store::open(directory.path("images")));
    EXPECT_EQ(blobs.read(sha256_of(list)).value(), list);
    EXPECT_EQ(blobs.read_index().value().manifests.size(), 2u);
}

CO_TEST(store, removes_names_and_images_as_docker_does) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
    CO_REQUIRE(second, oci::parse_reference("other:1"));
    EXPECT_TRUE((co_await store->tag("busybox", second)).has_value());

    CO_REQUIRE(one, co_await store->remove("other:1"));
    EXPECT_EQ(untagged(one), std::vector<std::string>{"other:1"});
    EXPECT_EQ(one.size(), 1u); // the image has another name

    EXPECT_TRUE((co_await store->tag("busybox", second)).has_value());
    auto const by_id = co_await store->remove(made.id.text());
    EXPECT_EQ(by_id.error().code(), errc::conflict);
    EXPECT_EQ(by_id.error().message(), "conflict: unable to delete " + short_id(made.id.text()) +
                                           " (must be forced) - image is referenced in multiple repositories");
    CO_REQUIRE(all, co_await store->remove(short_id(made.id.text()), true));
    EXPECT_EQ(untagged(all), (std::vector<std::string>{"busybox:latest", "other:1"}));
    EXPECT_EQ(all.size(), 4u); // and the image, and its layer
    EXPECT_EQ(all.at(2).name, made.id.text());
    EXPECT_EQ(all.at(3).name, made.chain_ids.at(0).text());
    test::expect_empty(directory.path());
    auto const again = co_await store->remove("busybox");
    EXPECT_EQ(again.error().message(), "No such image: busybox:latest");
}

CO_TEST(store, keeps_an_image_that_containers_use) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
    auto const id = short_id(made.id.text()), container = std::string(64, 'c');
    auto const by_name = co_await store->remove("busybox", false, used_by(container, false));
    EXPECT_EQ(by_name.error().message(), "conflict: unable to remove repository reference \"busybox\" (must force) - container "
                                         "cccccccccccc is using its referenced image " + id);
    auto const stopped = co_await store->remove(id, false, used_by(container, false));
    EXPECT_EQ(stopped.error().message(),
              "conflict: unable to delete " + id + " (must be forced) - image is being used by stopped container cccccccccccc");
    auto const running = co_await store->remove(id, true, used_by(container, true));
    EXPECT_EQ(running.error().message(),
              "conflict: unable to delete " + id + " (cannot be forced) - image is being used by running container cccccccccccc");
    CO_REQUIRE(forced, co_await store->remove("busybox", true, used_by(container, true)));
    EXPECT_EQ(untagged(forced), std::vector<std::string>{"busybox:latest"}); // the name goes, the image stays
    EXPECT_TRUE(store->find(id));
}

CO_TEST(store, keeps_layers_that_containers_stand_on_until_they_are_collected) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    auto const mounted = std::make_shared<std::vector<std::string>>();
    image::store_options options;
    options.layers_in_use = [mounted] { return *mounted; };
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path(), std::move(options)));
    CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
    *mounted = made.layer_directories;
    CO_REQUIRE(done, co_await store->remove("busybox", true, used_by("c", false)));
    EXPECT_TRUE(std::filesystem::exists(made.layer_directories.at(0) + "/bin/sh"));
    mounted->clear();
    EXPECT_TRUE((co_await store->collect()).has_value());
    test::expect_empty(directory.path());
}

CO_TEST(store, refuses_ambiguous_tags) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(made, co_await store->import(test::source_of(busybox_tar()), test::import_as("busybox")));
    CO_REQUIRE(ambiguous, oci::parse_reference("sha256:abc"));
    auto const tagged = co_await store->tag("busybox", ambiguous);
    EXPECT_EQ(tagged.error().message(), "refusing to create an ambiguous tag using digest algorithm as name");
    CO_REQUIRE(target, oci::parse_reference("x"));
    auto const missing = co_await store->tag("nginx", target);
    EXPECT_EQ(missing.error().code(), errc::not_found);
}

CO_TEST(store, loads_what_docker_saves) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    std::vector<std::string> const tars{busybox_tar(), archive_maker().file("second", "layer").file("bin/.wh.sh", "").bytes()};
    auto const made = test::make_image(tars);
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    auto const archive = docker_archive(made, tars, R"(["busybox:1","other:latest"])");
    for (auto const& form : {archive, test::gzip(archive)}) {
        CO_REQUIRE(names, co_await store->load(test::source_of(form)));
        EXPECT_EQ(names, (std::vector<std::string>{"busybox:1", "other:latest"}));
    }
    CO_REQUIRE(found, store->find("busybox:1"));
    EXPECT_EQ(found.id, made.id());
    EXPECT_EQ(found.layer_directories.size(), 2u);
    EXPECT_EQ(read_file(found.layer_directories.at(0) + "/second").value(), "layer");
    EXPECT_EQ(test::names_in(directory.path("images/blobs/sha256")), 4u); // nothing else of the archive stays
    std::vector<std::string> lines;
    image::load_options options;
    options.progress = [&](image::progress_event const& e) { lines.push_back(e.id + ": " + e.status); };
    CO_REQUIRE(unnamed, co_await store->load(test::source_of(docker_archive(made, tars, "null")), std::move(options)));
    EXPECT_EQ(lines, (std::vector<std::string>{short_id(sha256_of(tars[0]).text()) + ": Loading layer",
                                               short_id(sha256_of(tars[1]).text()) + ": Loading layer"}));
    EXPECT_EQ(unnamed, std::vector<std::string>{made.id().text()});
}

CO_TEST(store, loads_oci_archives_with_the_manifest_as_it_is) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    auto const made = test::make_image({busybox_tar()});
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(names, co_await store->load(test::source_of(oci_archive(made, R"({"org.opencontainers.image.ref.name":"busybox:1"})"))));
    EXPECT_EQ(names, std::vector<std::string>{"busybox:1"});
    CO_REQUIRE(found, store->find("busybox:1"));
    EXPECT_EQ(found.manifest.digest, sha256_of(made.manifest));
    CO_REQUIRE(unnamed, co_await store->load(test::source_of(oci_archive(made, ""))));
    EXPECT_EQ(unnamed, std::vector<std::string>{made.id().text()});
}

CO_TEST(store, a_load_that_fails_leaves_nothing) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    std::vector<std::string> const tars{busybox_tar()};
    auto const made = test::make_image(tars);
    auto other = made;
    other.layers = {test::gzip(archive_maker().file("another", "layer").bytes())};
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    auto const whole = docker_archive(made, tars, R"(["busybox:1"])");
    for (auto const& wrong : {archive_maker().file("some", "file").bytes(), std::string("no archive"), whole.substr(0, 3000),
                              docker_archive(made, {archive_maker().file("another", "layer").bytes()}, "[]"),
                              docker_archive(made, tars, R"(["Bad Name"])"), docker_archive(made, tars, "5"),
                              archive_maker().file("manifest.json", R"([{"Config":"none.json","Layers":[]}])").bytes(),
                              archive_maker().file("manifest.json", R"([7])").bytes(),
                              archive_maker().file("manifest.json", "[").bytes(), oci_archive(other, "")}) {
        auto const loaded = co_await store->load(test::source_of(wrong));
        EXPECT_FALSE(loaded);
        test::expect_empty(directory.path());
    }
    EXPECT_TRUE(store->list().empty());
}

CO_TEST(store, imports_and_removals_at_the_same_time_do_not_disturb_each_other) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    async::task_group group(executor);
    int made = 0;
    for (int i = 0; i < 8; ++i) group.spawn(import_remove_import(*store, "image" + std::to_string(i % 4), made));
    co_await group.join();
    EXPECT_EQ(made, 16);
    for (auto const& one : store->list()) {
        for (auto const& layer : one.layer_directories) EXPECT_EQ(read_file(layer + "/bin/sh").value(), "a shell");
    }
    EXPECT_TRUE(store->find("image3"));
}
