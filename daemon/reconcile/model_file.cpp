#include "daemon/reconcile/model_file.hpp"

#include "daemon/settings/toml.hpp"

#include <charconv>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ketensync::reconcile {

namespace {

constexpr std::int64_t version = 1;
constexpr std::array<std::string_view, pair_class_count> class_names { "same", "other", "household" };

std::vector<std::string> names_of(Form const & form, std::size_t joint)
{
    std::vector<std::string> names;
    for (auto const question : form.joints[joint].questions) {
        names.push_back(form.questions[question].name);
    }
    return names;
}

std::vector<double> numbers_of(std::string_view text)
{
    std::vector<double> numbers;
    for (std::size_t at = 0; at < text.size();) {
        double number = 0;
        auto const [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
        if (error != std::errc {}) {
            return {};
        }
        numbers.push_back(number);
        at = static_cast<std::size_t>(end - text.data());
        at += at < text.size() && text[at] == ' ' ? 1U : 0U;
    }
    return numbers;
}

} // namespace

Result<void> write_model(std::filesystem::path const & path, Model const & model, Form const & form)
{
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << "# Log2 of how likely every answer is, by class of pair. Written by ketensync.\n";
    out << fmt::format(
        "version = {}\nprior_same = {}\nprior_household = {}\n", version, model.prior_same, model.prior_household);
    for (std::size_t joint = 0; joint < form.joints.size(); ++joint) {
        out << fmt::format("\n[[joint]]\nquestions = [\"{}\"]\n", fmt::join(names_of(form, joint), "\", \""));
        for (std::size_t which = 0; which < pair_class_count; ++which) {
            out << fmt::format("{} = \"{}\"\n", class_names[which], fmt::join(model.joints[joint].of[which], " "));
        }
    }
    out.flush();
    if (!out) {
        return fail(Failure::cannot_write, fmt::format("{} cannot be written", path.string()));
    }
    return {};
}

tl::expected<Model, settings::Faults> read_model(std::filesystem::path const & path, Form const & form)
{
    auto file = settings::TomlFile::read(path);
    if (!file) {
        return tl::unexpected(std::move(file).error());
    }
    auto const root = file->root();
    Model model;
    if (root.integer("version", version, 1, 1'000'000) != version) {
        root.fault("version", "this version does not know models of that version; learn it anew");
    }
    model.prior_same = root.number("prior_same", 0, -1100, 1);
    model.prior_household = root.number("prior_household", 0, -1100, 1);
    auto const joints = root.tables("joint");
    if (joints.size() != form.joints.size()) {
        root.fault(
            "joint", "the model was learned on other columns; learn it anew or give the rules it was learned with");
    }
    for (std::size_t joint = 0; joint < std::min(joints.size(), form.joints.size()); ++joint) {
        auto & weights = model.joints.emplace_back();
        if (joints[joint].texts("questions") != names_of(form, joint)) {
            joints[joint].fault("questions",
                fmt::format("the rules ask for {} here: the model was learned on other columns",
                    fmt::join(names_of(form, joint), ", ")));
        }
        for (std::size_t which = 0; which < pair_class_count; ++which) {
            weights.of[which] = numbers_of(joints[joint].required_text(class_names[which]));
            if (weights.of[which].size() != form.joints[joint].cells) {
                joints[joint].fault(
                    class_names[which], fmt::format("{} numbers must stand here", form.joints[joint].cells));
            }
        }
    }
    if (auto faults = file->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    model.complete(form);
    return model;
}

} // namespace ketensync::reconcile
