#pragma once

#include "daemon/warehouse/layout.hpp"
#include "daemon/warehouse/postgres_session.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ketensync::warehouse {

/// One row as COPY reads it, values parted by tabs.
struct Line {
    std::string text;

    void add(std::string_view value, bool none = false);
    void add(std::int64_t value);
};

/// The rows of one table, as they go in.
struct Rows {
    std::string table; ///< as SQL writes its name
    std::vector<std::string> columns;
    std::vector<Line> lines;
};

/// Puts the rows into their table by COPY; none are left.
void write(PostgresSession::Work & work, Rows & rows);

/// What one kind's tables are changed with, and the changes of a batch so far.
struct Writing {
    Table table;
    Rows records;
    Rows members;
    Rows candidates; ///< without columns where there are none
    std::vector<record::GoldenId> renewed; ///< candidates that are written anew, or gone
    std::map<std::string_view, std::vector<record::GoldenId>> closed; ///< by how they ended
    std::vector<record::Change::Member> left; ///< with the golden record that each left in `left_of`
    std::vector<record::GoldenId> left_of;
    std::unordered_set<record::GoldenId> touched;
};

/// `candidates` is the schema of who is who; empty where there is none.
Writing writing_of(Table const & table, std::string const & candidates);

/// Who a person is, as a row; Failure::bad_data, without the value, for what the warehouse cannot hold.
Result<void> add_candidate(Writing & writing, record::Change const & change, std::string_view pseudonym);

}
