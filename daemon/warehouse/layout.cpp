#include "daemon/warehouse/layout.hpp"

namespace ketensync::warehouse {

std::vector<Table> tables(record::Schema const & schema)
{
    std::vector<Table> result;
    for (std::size_t kind = 0; kind < schema.kinds.size(); ++kind) {
        auto const & described = schema.kinds[kind];
        Table table;
        table.name = described.name;
        table.kind = static_cast<record::KindId>(kind);
        table.valid_from = described.valid_from ? int { *described.valid_from } : -1;
        table.valid_until = described.valid_until ? int { *described.valid_until } : -1;
        for (std::size_t field = 0; field < described.fields.size(); ++field) {
            auto const & value = described.fields[field];
            if (value.personal == record::Personal::direct) {
                continue;
            }
            table.columns.push_back({ value.name, static_cast<record::FieldId>(field),
                value.type == record::FieldType::reference || value.type == record::FieldType::integer });
        }
        result.push_back(std::move(table));
    }
    return result;
}

}
