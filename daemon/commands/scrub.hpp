#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::commands {

/// `text` without what must not leave the machine: the given secrets, numbers that could be a BSN (eight or nine digits that
/// satisfy the elfproef), telephone numbers and e-mail addresses. The last line of defence, behind texts that hold none.
std::string scrubbed(std::string_view text, std::vector<std::string> const & secrets);

}
