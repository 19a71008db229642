#pragma once

#include "daemon/base/result.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/warehouse/warehouse.hpp"

#include <string>
#include <vector>

namespace ketensync::warehouse {

/// One column of a kind's table that comes from a field.
struct Column {
    std::string name;
    record::FieldId field = 0;
    bool number = false; ///< stored as an integer: references, integers, years
};

/// The table of one kind: `id`, its columns, geldig_van/geldig_tot (valid time, where the kind has it), bekend_van/
/// bekend_tot (known time), `afloop` (what became of it, see two_times.hpp) and `levering`, the number of the batch that
/// brought the row.
struct Table {
    std::string name;
    record::KindId kind = 0;
    std::vector<Column> columns;
    int valid_from = -1;  ///< field number, or -1
    int valid_until = -1;
    bool person = false;  ///< of a kind that is known by a citizen's number: has a column `pseudoniem`
    std::vector<Column> direct; ///< the fields that have no column here: who somebody is
};

/// The tables that the warehouse has for the schema. Direct personal fields have no column. Pure.
std::vector<Table> tables(record::Schema const & schema);

/// Names for golden records of persons that say nothing without the key: HMAC-SHA-256, the first 128 bits as 32
/// hexadecimal digits. The same record has the same one for as long as the key stays. Any thread.
class Pseudonyms {
public:
    static constexpr std::size_t key_bytes_min = 32;
    /// Failure::configuration when the key is shorter than that.
    static Result<Pseudonyms> with(std::string key);
    /// Without a key there are none: an empty text.
    std::string of(std::string_view kind, record::GoldenId golden) const;
    /// What a warehouse keeps to know the key again. `kept` is empty where no key was used yet: Failure::configuration
    /// when it is of another key, or of one while there is none now.
    Result<void> check(std::string_view kept) const;
    std::string mark() const { return of("sleutel", 0); }

private:
    std::string m_key;
};

/// The number that a column of numbers holds; Failure::bad_data, without the value, when it has no room for it.
Result<std::int64_t> number_of(std::string_view text, Table const & table, Column const & column);

/// Failure::bad_data, without the value, for a text with a zero byte: some hold none and others end there.
Result<void> check_text(std::string_view text, Table const & table, Column const & column);

/// A column as it lies in any kind of warehouse.
struct ShapeColumn {
    std::string name;
    bool number = false;
    bool required = false;
    std::string meaning; ///< in Dutch, for people; may be empty
};

/// A table as it lies in any kind of warehouse: what is made, compared and described.
struct Shape {
    std::string name;
    std::vector<ShapeColumn> columns;
    std::vector<std::string> key;
    std::string meaning;
};

/// What became of a row that is not known any more.
constexpr std::string_view outcome_column = "afloop";

/// That of a kind's records, and that of which records they were made of.
Shape record_shape(Table const & table, record::Kind const & kind);
Shape member_shape(Table const & table);
/// That of who the persons of a kind are, as known now.
Shape candidate_shape(Table const & table, record::Kind const & kind);

/// What is known now of a kind, and where what a number stood for went: in the dialect all warehouses share. Pure.
std::vector<View> layout_views(Table const & table);

/// A column as a warehouse has it.
struct FoundColumn {
    std::string name;
    std::string type;
};

/// What a table lacks of its shape: all of it, or columns. Pure.
struct Lacking {
    bool table = false;
    std::vector<ShapeColumn> columns;
};
/// `type_of` names a column's type as the warehouse does. What cannot be put right by adding (another type, a column that
/// must have a value, one we know nothing of) is a Failure::configuration that tells all of it.
Result<Lacking> compare(
    Shape const & wanted, std::vector<FoundColumn> const & found, std::string (*type_of)(ShapeColumn const &));

/// The sentence for an operator around the differences of all tables.
std::string differences_told(std::string_view differences);

}
