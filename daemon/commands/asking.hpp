#pragma once

#include "daemon/base/error.hpp"
#include "daemon/web/door.hpp"
#include "daemon/web/tongue.hpp"

#include <string>
#include <string_view>

namespace ketensync::commands {

/// Who asks which of the pages that operators work on, and in which language the answer is.
struct Asking {
    web::Visitor const & visitor;
    web::Request const & request;
    std::string_view here;        ///< the page's own address
    std::string_view script = {}; ///< of that page; empty: it has none
    web::Tongue say { web::language_of(request) };

    web::Response page(std::string_view title, std::string const & body, int status = 200) const;
    /// That something failed, and what the visitor can do.
    web::Response wrong(Error const & error) const;
};

} // namespace ketensync::commands
