#pragma once

#include "daemon/formats/format.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::formats {

/// A page as split cuts it, for tests.
struct Cut {
    Result<void> result;
    int contexts = 0;
    std::string context;
    std::vector<std::string> documents;
};
Cut cut(std::string_view page, Layout const & layout, Limits const & limits = {});

/// The document as its tree, written out: {name:"text",n:12,b:true,z:null,list:[...]}; or "! " and the fault. A failure
/// other than bad_data is a test failure, and so is a page that cannot be split.
std::string read(
    std::string_view document, Layout const & layout, std::string_view context = {}, Limits const & limits = {});
std::string written(Tree const & tree, Tree::Id id = Tree::root);

/// "bad_page: what" or "ok"; any other failure as "other: what".
std::string outcome(Result<void> const & result);

/// Bytes that end where readable memory ends: one byte read too many is a crash.
class Fenced {
public:
    explicit Fenced(std::string_view bytes);
    ~Fenced();
    Fenced(Fenced const &) = delete;
    Fenced & operator=(Fenced const &) = delete;
    std::string_view bytes() const { return m_bytes; }

private:
    void * m_memory;
    std::size_t m_size;
    std::string_view m_bytes;
};

} // namespace ketensync::formats
