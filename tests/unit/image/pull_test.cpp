#include "store_fixture.hpp"

#include <mocker/async/task_group.hpp>
#include <mocker/async/with_timeout.hpp>

#include <boost/system/system_error.hpp>

#include <unit/registry/fake_registry.hpp>

using namespace mocker;
using test::archive_maker;

namespace {

std::vector<std::string> three_layers() {
    return {archive_maker().directory("bin").file("bin/sh", std::string(300'000, 's'), 0755).bytes(),
            archive_maker().file("etc/.wh.gone", "").file("etc/new", "new").bytes(),
            archive_maker().file("data", std::string(900'000, 'd')).bytes()};
}

/// Puts @p made into @p registry as repository `app`.
void serve(test::fake_registry& registry, test::made_image const& made, std::string const& tag = "latest") {
    for (auto const& layer : made.layers) registry.add_blob(layer);
    registry.add_blob(made.config);
    registry.add_manifest(tag, made.manifest);
}

oci::reference app(test::fake_registry const& registry, std::string const& version = ":latest") {
    return *oci::parse_reference(registry.authority + "/app" + version);
}

/// The lines of progress without those that only count bytes.
image::pull_options recording(std::vector<std::string>& lines) {
    image::pull_options options;
    options.progress = [&lines](image::progress_event const& e) {
        if (e.total == 0) lines.push_back(e.id.empty() ? e.status : e.id + ": " + e.status);
    };
    return options;
}

awaitable<void> pull_into(image::store& store, oci::reference name, std::vector<result<image::image>>& out) {
    out.push_back(co_await store.pull(std::move(name)));
}

} // namespace

CO_TEST(pull, brings_layers_and_documents_and_names_the_image) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const made = test::make_image(three_layers());
    serve(registry, made);
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    std::vector<std::string> lines;
    CO_REQUIRE(pulled, co_await store->pull(app(registry), {}, recording(lines)));
    EXPECT_EQ(pulled.id, made.id());
    EXPECT_EQ(pulled.repo_tags, std::vector<std::string>{registry.authority + "/app:latest"});
    EXPECT_EQ(pulled.repo_digests, std::vector<std::string>{registry.authority + "/app@" + sha256_of(made.manifest).text()});
    EXPECT_EQ(pulled.size, 1'200'003);
    EXPECT_EQ(std::filesystem::file_size(pulled.layer_directories.at(0) + "/data"), 900'000u);
    EXPECT_TRUE(std::filesystem::is_character_file(pulled.layer_directories.at(1) + "/etc/gone"));
    EXPECT_EQ(std::filesystem::file_size(pulled.layer_directories.at(2) + "/bin/sh"), 300'000u);
    EXPECT_EQ(lines.front(), "latest: Pulling from app");
    EXPECT_EQ(lines.at(lines.size() - 2), "Digest: " + sha256_of(made.manifest).text());
    EXPECT_EQ(lines.back(), "Status: Downloaded newer image for " + registry.authority + "/app:latest");
    auto const id = short_id(sha256_of(made.layers[0]).text());
    for (std::string const status : {"Pulling fs layer", "Verifying Checksum", "Download complete", "Pull complete"}) {
        EXPECT_EQ(std::ranges::count(lines, id + ": " + status), 1) << status;
    }
    co_await registry.stop();
}

CO_TEST(pull, fetches_nothing_that_is_here) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const layers = three_layers();
    auto const first = test::make_image({layers[0], layers[1]}), second = test::make_image(layers);
    serve(registry, first, "1");
    serve(registry, second, "2");
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(one, co_await store->pull(app(registry, ":1")));
    std::vector<std::string> lines;
    CO_REQUIRE(two, co_await store->pull(app(registry, ":2"), {}, recording(lines)));
    for (auto const& layer : second.layers) EXPECT_EQ(registry.count("/blobs/" + sha256_of(layer).text()), 1u);
    EXPECT_EQ(std::ranges::count(lines, short_id(sha256_of(first.layers[0]).text()) + ": Already exists"), 1);
    lines.clear();
    CO_REQUIRE(again, co_await store->pull(app(registry, ":2"), {}, recording(lines)));
    EXPECT_EQ(lines.back(), "Status: Image is up to date for " + registry.authority + "/app:2");
    CO_REQUIRE(removed, co_await store->remove(registry.authority + "/app:2"));
    EXPECT_TRUE(std::filesystem::exists(one.layer_directories.at(0))); // shared with what stays
    EXPECT_FALSE(std::filesystem::exists(two.layer_directories.at(0)));
    co_await registry.stop();
}

CO_TEST(pull, the_same_layers_in_another_compression_are_not_fetched) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const gzip = test::make_image(three_layers()), zstd = test::make_image(three_layers(), test::zstd),
               plain = test::make_image({archive_maker().file("p", "plain").bytes()}, test::unpacked);
    serve(registry, gzip, "gzip");
    serve(registry, zstd, "zstd");
    serve(registry, plain, "plain");
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(a, co_await store->pull(app(registry, ":zstd")));
    CO_REQUIRE(b, co_await store->pull(app(registry, ":gzip")));
    CO_REQUIRE(c, co_await store->pull(app(registry, ":plain")));
    EXPECT_EQ(a.id, b.id);
    for (auto const& layer : gzip.layers) EXPECT_EQ(registry.count("/blobs/" + sha256_of(layer).text()), 0u);
    CO_REQUIRE(blobs, content::blob_store::open(directory.path("images")));
    CO_REQUIRE(text, blobs.read(b.manifest.digest));
    CO_REQUIRE(manifest, oci::manifest::parse(text));
    for (auto const& layer : manifest.layers) EXPECT_TRUE(blobs.size(layer.digest)); // the layout is complete
    co_await registry.stop();
}

CO_TEST(pull, puts_dockers_manifests_into_the_layout_in_ocis_terms) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto made = test::make_image({three_layers()[1]});
    CO_REQUIRE(document, oci::manifest::parse(made.manifest));
    document.media_type = oci::media_types::docker_manifest;
    document.config.media_type = oci::media_types::docker_config;
    for (auto& layer : document.layers) layer.media_type = oci::media_types::docker_layer_gzip;
    made.manifest = json::serialize(document.to_json());
    registry.media_type = oci::media_types::docker_manifest;
    serve(registry, made);
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(pulled, co_await store->pull(app(registry)));
    EXPECT_EQ(pulled.id, made.id());
    EXPECT_EQ(pulled.repo_digests.at(0), registry.authority + "/app@" + sha256_of(made.manifest).text()); // the registry's
    CO_REQUIRE(blobs, content::blob_store::open(directory.path("images")));
    CO_REQUIRE(text, blobs.read(pulled.manifest.digest));
    CO_REQUIRE(local, oci::manifest::parse(text));
    EXPECT_EQ(local.media_type, oci::media_types::manifest);
    EXPECT_EQ(local.layers.at(0).media_type, oci::media_types::layer_gzip);
    EXPECT_TRUE(blobs.size(sha256_of(made.manifest))); // kept, for a push of the same image
    co_await registry.stop();
}

CO_TEST(pull, takes_the_image_of_the_platform_from_an_index) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const made = test::make_image({three_layers()[1]});
    serve(registry, made, "ours");
    auto const host = oci::host_platform();
    oci::index list;
    list.manifests.push_back(test::descriptor_of("another manifest", oci::media_types::manifest));
    list.manifests.back().platform = *oci::parse_platform(host.architecture == "s390x" ? "linux/amd64" : "linux/s390x");
    list.manifests.push_back(test::descriptor_of(made.manifest, oci::media_types::manifest));
    list.manifests.back().platform = host;
    auto const text = json::serialize(list.to_json());
    registry.add_manifest("latest", text);
    registry.before = [&](http::request& q, http::response& r) -> awaitable<result<bool>> {
        if (!q.path().ends_with("/manifests/latest")) co_return false;
        MOCKER_CHECK(co_await r.send(200, text, oci::media_types::index));
        co_return true;
    };
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(pulled, co_await store->pull(app(registry)));
    EXPECT_EQ(pulled.id, made.id());
    EXPECT_EQ(pulled.repo_digests.at(0), registry.authority + "/app@" + sha256_of(text).text()); // of the index
    image::pull_options options;
    options.platform = *oci::parse_platform("linux/riscv64");
    auto const other = co_await store->pull(app(registry), {}, std::move(options));
    EXPECT_EQ(other.error().message(), "no matching manifest for linux/riscv64 in the manifest list entries");
    co_await registry.stop();
}

CO_TEST(pull, what_is_not_what_it_says_leaves_nothing) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const good = test::make_image(three_layers());
    auto const bad_diff = [&] {
        auto made = good;
        auto config = oci::image_config::parse(made.config).value();
        config.diff_ids[1] = sha256_of("something else");
        made.config = json::serialize(config.to_json());
        auto manifest = oci::manifest::parse(made.manifest).value();
        manifest.config = test::descriptor_of(made.config, oci::media_types::config);
        made.manifest = json::serialize(manifest.to_json());
        return made;
    }();
    serve(registry, good, "good");
    serve(registry, bad_diff, "diff");
    serve(registry, test::make_image({archive_maker().file("../evil", "x").bytes()}), "hostile");
    serve(registry, test::make_image({std::string("this is no tar archive, but it is long enough to be taken for one")}), "tar");
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));

    auto& layer = registry.blobs[sha256_of(good.layers[2]).text()];
    layer[layer.size() / 2] ^= 0x20;
    auto const changed = co_await store->pull(app(registry, ":good"));
    EXPECT_EQ(changed.error().code(), errc::digest_mismatch);
    EXPECT_EQ(changed.error().message(), "filesystem layer verification failed for digest " + sha256_of(good.layers[2]).text());
    test::expect_empty(directory.path());
    layer[layer.size() / 2] ^= 0x20;

    auto const diff = co_await store->pull(app(registry, ":diff"));
    EXPECT_EQ(diff.error().message(), "layers from manifest don't match image configuration");
    test::expect_empty(directory.path());
    for (auto const* tag : {":hostile", ":tar", ":none"}) {
        auto const pulled = co_await store->pull(app(registry, tag));
        EXPECT_FALSE(pulled);
        test::expect_empty(directory.path());
    }
    CO_REQUIRE(pulled, co_await store->pull(app(registry, ":good"))); // and a good one is not hindered
    co_await registry.stop();
}

CO_TEST(pull, the_same_image_pulled_twice_at_once_is_fetched_once) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const made = test::make_image(three_layers());
    serve(registry, made);
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    std::vector<result<image::image>> pulled;
    async::task_group group(executor);
    for (int i = 0; i < 3; ++i) group.spawn(pull_into(*store, app(registry), pulled));
    co_await group.join();
    CO_ASSERT_TRUE(pulled.size() == 3);
    for (auto const& one : pulled) EXPECT_TRUE(one.has_value());
    for (auto const& layer : made.layers) EXPECT_EQ(registry.count("/blobs/" + sha256_of(layer).text()), 1u);
    EXPECT_EQ(store->list().size(), 1u);
    co_await registry.stop();
}

CO_TEST(pull, the_same_layer_twice_in_an_image_is_fetched_once) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const layer = archive_maker().file("f", "x").bytes(), other = archive_maker().file("g", "y").bytes();
    auto const made = test::make_image({layer, other, layer, layer});
    serve(registry, made);
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(pulled, co_await store->pull(app(registry)));
    EXPECT_EQ(registry.count("/blobs/" + sha256_of(made.layers[0]).text()), 1u);
    for (auto const i : {0, 1, 3}) EXPECT_EQ(read_file(pulled.layer_directories.at(static_cast<std::size_t>(i)) + "/f").value(), "x");
    co_await registry.stop();
}

CO_TEST(pull, hard_links_into_lower_layers_wait_for_them) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const base = archive_maker().file("target", std::string(500'000, 't')).bytes();
    auto const made = test::make_image({base, archive_maker().hard_link("link", "target").bytes()});
    serve(registry, made);
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    CO_REQUIRE(pulled, co_await store->pull(app(registry)));
    EXPECT_EQ(std::filesystem::file_size(pulled.layer_directories.at(0) + "/link"), 500'000u);
    co_await registry.stop();
}

CO_TEST(pull, that_is_cancelled_shows_nothing_and_can_be_done_again) {
    test::temporary_directory const directory;
    auto const executor = co_await asio::this_coro::executor;
    test::fake_registry registry(executor);
    auto const made = test::make_image(three_layers());
    serve(registry, made);
    async::event reached(executor), forever(executor);
    bool blocked = true, asked = false;
    registry.before = [&](http::request& q, http::response&) -> awaitable<result<bool>> {
        if (blocked && q.path().ends_with(sha256_of(made.layers[2]).text())) {
            asked = true;
            reached.notify_all();
            while (blocked) co_await forever.wait();
        }
        co_return false;
    };
    CO_REQUIRE(store, co_await image::store::open(executor, directory.path()));
    std::vector<result<image::image>> out;
    async::task_group group(executor);
    group.spawn(pull_into(*store, app(registry), out));
    while (!asked) co_await reached.wait();
    group.cancel();
    co_await group.join();
    EXPECT_TRUE(store->list().empty());
    blocked = false;
    forever.notify_all();
    CO_REQUIRE(pulled, co_await store->pull(app(registry)));
    EXPECT_EQ(pulled.id, made.id());
    co_await registry.stop();
}
