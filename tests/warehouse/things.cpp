#include "tests/warehouse/things.hpp"

namespace ketensync::warehouse {

using record::Change;

std::shared_ptr<record::Schema const> schema()
{
    auto made = std::make_shared<record::Schema>();
    record::Kind kind;
    kind.name = "thing";
    record::Field secret;
    secret.name = "secret";
    secret.personal = record::Personal::direct;
    record::Field text;
    text.name = "word";
    record::Field number;
    number.name = "count";
    number.type = record::FieldType::integer;
    record::Field from;
    from.name = "begin";
    from.type = record::FieldType::date;
    kind.fields = { secret, text, number, from };
    kind.valid_from = record::FieldId { 3 };
    made->kinds = { kind };
    return made;
}

std::shared_ptr<record::Schema const> persons()
{
    auto made = std::make_shared<record::Schema>();
    record::Kind kind;
    kind.name = "inwoner";
    kind.meaning = "Een inwoner";
    kind.fields.resize(3);
    kind.fields[0].name = "bsn";
    kind.fields[0].type = record::FieldType::bsn;
    kind.fields[0].personal = record::Personal::direct;
    kind.fields[1].name = "naam";
    kind.fields[1].personal = record::Personal::direct;
    kind.fields[2].name = "gemeente";
    kind.fields[2].personal = record::Personal::indirect;
    made->kinds = { kind };
    return made;
}

Change change(Change::What what, record::GoldenId golden, std::vector<std::string> const & texts,
    std::vector<Change::Member> joined, std::vector<Change::Member> left)
{
    Change made;
    made.what = what;
    made.golden = golden;
    made.joined = std::move(joined);
    made.left = std::move(left);
    if (!texts.empty()) {
        made.values = record::Values(std::span(texts));
    }
    return made;
}

record::Batch batch(std::int64_t number, std::vector<Change> changes)
{
    return { number, Instant(std::chrono::seconds(1'700'000'000 + number)), std::move(changes) };
}

record::Batch full_batch(std::int64_t number, std::size_t things)
{
    std::vector<Change> changes;
    for (std::size_t i = 0; i < things; ++i) {
        auto const id = static_cast<record::GoldenId>((static_cast<std::size_t>(number) - 1) * things + i + 1);
        changes.push_back(change(Change::What::added, id, { "", "word", std::to_string(id), "2026-01-01" }, { { id, 1 } }));
    }
    return batch(number, std::move(changes));
}

}
