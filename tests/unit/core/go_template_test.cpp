#include <mocker/core/go_template.hpp>
#include <mocker/core/json.hpp>

#include <gtest/gtest.h>

using namespace mocker;

namespace {

json::value const& container() {
    static auto const value = parse_json(R"({
        "Id": "4f66ad9a0b2e", "Name": "/web", "Pid": 42, "Size": 1.5, "Running": true, "Empty": null,
        "State": {"Status": "running", "ExitCode": 0},
        "Args": ["-c", "echo hi"],
        "Config": {"Labels": {"a": "1", "b": "2"}, "Env": ["X=1"]},
        "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "81/tcp": null}
    })");
    return *value;
}

std::string run(std::string_view text, json::value const& data = container(), go_template_options const& options = {}) {
    auto const format = go_template::parse(text);
    if (!format) return "parse: " + format.error().message();
    auto const out = format->execute(data, options);
    return out ? *out : "execute: " + out.error().message();
}

} // namespace

TEST(go_template, prints_fields_as_go_does) {
    EXPECT_EQ(run("{{.Id}} {{.State.Status}} {{.Pid}} {{.Size}} {{.Running}} {{.Empty}}"),
              "4f66ad9a0b2e running 42 1.5 true <no value>");
    EXPECT_EQ(run("{{.Args}} {{.State}}"), "[-c echo hi] map[ExitCode:0 Status:running]");
}

TEST(go_template, calls_the_functions_of_docker) {
    EXPECT_EQ(run("{{json .State}}"), R"({"Status":"running","ExitCode":0})");
    EXPECT_EQ(run("{{join .Args \"|\"}} {{upper .State.Status}} {{title \"hello world\"}} {{lower \"ABC\"}}"),
              "-c|echo hi RUNNING Hello World abc");
    EXPECT_EQ(run("{{split \"a,b,c\" \",\"}} {{pad \"x\" 1 2}}| {{truncate .Id 4}}"), "[a b c]  x  | 4f66");
    EXPECT_EQ(run("{{println .Pid}}"), "42\n");
}

TEST(go_template, indexes_maps_and_lists) {
    EXPECT_EQ(run(R"({{(index (index .Ports "80/tcp") 0).HostPort}})"), "8080");
    EXPECT_EQ(run(R"({{index .Config.Labels "a"}}/{{index .Config.Labels "none"}})"), "1/");
    EXPECT_EQ(run("{{index .Args 1}} {{len .Args}} {{slice .Id 0 3}}"), "echo hi 2 4f6");
    EXPECT_EQ(run("{{.Config.Labels.a}} {{.Config.Labels.none}}"), "1 <no value>");
}

TEST(go_template, branches_and_loops) {
    EXPECT_EQ(run("{{if .Running}}up{{else}}down{{end}}"), "up");
    EXPECT_EQ(run("{{if .Empty}}a{{else if eq .Pid 42}}b{{else}}c{{end}}"), "b");
    EXPECT_EQ(run("{{range $i, $a := .Args}}{{$i}}={{$a}};{{end}}"), "0=-c;1=echo hi;");
    EXPECT_EQ(run("{{range $port, $to := .Ports}}{{$port}}{{with $to}} {{(index . 0).HostPort}}{{end}},{{end}}"),
              "80/tcp 8080,81/tcp,");
    EXPECT_EQ(run("{{range .Empty}}x{{else}}none{{end}}"), "none");
    EXPECT_EQ(run("{{range 3}}{{.}}{{if eq . 1}}{{break}}{{end}}{{end}}"), "01");
    EXPECT_EQ(run("{{with .State}}{{.Status}} of {{$.Name}}{{end}}"), "running of /web");
}

TEST(go_template, has_variables_pipelines_and_trim_markers) {
    EXPECT_EQ(run("{{$x := .Pid}}{{$x}}{{$x = 3}} {{$x}}"), "42 3");
    EXPECT_EQ(run("{{.State.Status | upper | printf \"%s-%s\" \"is\"}}"), "is-RUNNING");
    EXPECT_EQ(run("a  {{- .Pid -}}  b{{/* nothing */}}"), "a42b");
    EXPECT_EQ(run("{{(printf \"%d\" .Pid) | len}}"), "2");
}

TEST(go_template, compares) {
    EXPECT_EQ(run("{{and .Running .Pid}} {{or .Empty \"x\"}} {{not .Running}}"), "42 x false");
    EXPECT_EQ(run("{{eq .Pid 1 42}} {{ne .Id \"a\"}} {{lt 1 2}} {{gt 1 2}} {{le 2 2}} {{ge 1 2}}"),
              "true true true false true false");
}

TEST(go_template, printf_is_the_one_of_go) {
    EXPECT_EQ(run(R"({{printf "%5d|%-5s|%05d|%q|%x|%.2f|%v|%%" 42 "ab" 42 "a\"b" 255 1.5 .Args}})"),
              R"(   42|ab   |00042|"a\"b"|ff|1.50|[-c echo hi]|%)");
    EXPECT_EQ(run(R"({{printf "%d" "x"}} {{printf "%s"}} {{printf "a" 1}})"),
              "%!d(string=x) %!s(MISSING) a%!(EXTRA int=1)");
}

TEST(go_template, says_what_is_wrong_in_the_words_of_go) {
    EXPECT_EQ(run("{{.Id"), "parse: template: :1: unclosed action");
    EXPECT_EQ(run("{{nope .Id}}"), "parse: template: :1: function \"nope\" not defined");
    EXPECT_EQ(run("{{$x}}"), "parse: template: :1: undefined variable \"$x\"");
    EXPECT_EQ(run("{{if .Id}}x"), "parse: template: :1: unexpected EOF");
    EXPECT_EQ(run("{{end}}"), "parse: template: :1: unexpected {{end}}");
    EXPECT_EQ(run("{{}}"), "parse: template: :1: missing value for command");
    EXPECT_EQ(run("{{\"a}}"), "parse: template: :1: unterminated quoted string");
    EXPECT_EQ(run("{{.State.Nope}}"),
              "execute: template: :1:8: executing \"\" at <.State.Nope>: map has no entry for key \"Nope\"");
    EXPECT_EQ(run("{{len .Pid}}"),
              "execute: template: :1:2: executing \"\" at <len .Pid>: error calling len: len of type int");
    go_template_options options;
    options.type_name = "*formatter.ContainerContext";
    EXPECT_EQ(run("{{.Nope}}", container(), options), "execute: template: :1:2: executing \"\" at <.Nope>: can't "
                                                      "evaluate field Nope in type *formatter.ContainerContext");
}

TEST(go_template, calls_methods_that_its_user_provides) {
    go_template_options options;
    options.method = [](std::string_view name, std::span<json::value const> arguments) -> std::optional<json::value> {
        if (name != "Label" || arguments.size() != 1) return std::nullopt;
        return json::value("label " + std::string(arguments[0].as_string()));
    };
    EXPECT_EQ(run(R"({{.Label "com.example"}} {{.Id}})", container(), options), "label com.example 4f66ad9a0b2e");
}

TEST(go_template, knows_the_zero_values_of_a_go_struct) {
    go_template_options options;
    options.zero = [](std::string_view name) -> std::optional<json::value> {
        if (name == "Health" || name == "Empty") return json::value(nullptr);
        if (name == "CapAdd") return json::value(json::array());
        if (name == "StopSignal") return json::value("");
        return std::nullopt;
    };
    EXPECT_EQ(
        run("{{.Empty}} {{.Config.CapAdd}} [{{.Config.StopSignal}}] {{json .Config.CapAdd}}", container(), options),
        "<nil> [] [] null");
    EXPECT_EQ(run("{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}", container(), options), "none");
    EXPECT_EQ(run("{{.State.Health.Status}}", container(), options),
              "execute: template: :1:8: executing \"\" at <.State.Health.Status>: map has no entry for key \"Health\"");
}

TEST(go_template, finds_a_field_by_the_name_that_go_has_for_it) {
    go_template_options options;
    options.alias = [](std::string_view name) -> std::string_view { return name == "ID" ? "Id" : ""; };
    EXPECT_EQ(run("{{.ID}} {{.Id}}", container(), options), "4f66ad9a0b2e 4f66ad9a0b2e");
}

TEST(go_template, cut_at_any_byte_it_fails_or_works_but_never_breaks) {
    std::string const whole =
        R"(a {{- range $k, $v := .Ports}}{{if and $v (eq $k "80/tcp")}}{{printf "%q" 'x' | json}}{{else with .X}}{{`raw`}}{{end}}{{end -}} b)";
    for (std::size_t n = 0; n <= whole.size(); ++n) (void)run(whole.substr(0, n));
    for (std::size_t n = 0; n < whole.size(); ++n) {
        auto hostile = whole;
        hostile[n] = '}';
        (void)run(hostile);
    }
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "{{(";
    EXPECT_TRUE(run(deep).starts_with("parse: "));
    EXPECT_TRUE(run("{{" + std::string(100'000, '(')).starts_with("parse: "));
}

TEST(go_json, keeps_the_order_of_keys) {
    auto const value = *parse_json(R"({"b":[1,{}],"a":"x<y"})");
    EXPECT_EQ(to_go_json(value), R"({"b":[1,{}],"a":"x<y"})");
    EXPECT_EQ(to_indented_json(value, "    "),
              "{\n    \"b\": [\n        1,\n        {}\n    ],\n    \"a\": \"x<y\"\n}");
}
