#pragma once

#include "connectors/connector.hpp"
#include "tests/connectors/around.hpp"
#include "tests/support/scripted_server.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::connectors {

/// A source that a connector reads, as the contract suite needs it: it holds three pages of documents.
class Subject {
public:
    virtual ~Subject() = default;
    virtual Result<std::unique_ptr<Connector>> open() = 0;
    /// The source says nothing for half a minute from now on. False when the source is no one to wait for.
    virtual bool hang() { return false; }
    /// The source is not there any more.
    virtual void vanish() = 0;
    /// Pages become larger than the limit for one.
    virtual void outgrow() = 0;
    /// True when what was read once is not given again behind the last page.
    virtual bool remembers() const = 0;
    /// The requests that came to it; none where it does not speak HTTP.
    virtual std::vector<support::ScriptedServer::Request> heard() const { return {}; }
    /// The page that says that there is nothing new, where one remembers.
    virtual std::string nothing_new() const { return {}; }

    Around around {};
};

/// Makes one of the sources; `name` says which in the names of tests.
struct SubjectMaker {
    std::string name;
    std::function<std::unique_ptr<Subject>()> make;
};

/// The sources over HTTP: one for each way in which a list may be given.
std::vector<SubjectMaker> rest_subjects();

/// A new connector adds its line here, and its name to no other place.
std::vector<SubjectMaker> subjects();

} // namespace ketensync::connectors
