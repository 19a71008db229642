#include "daemon/monitor/figures.hpp"

namespace ketensync::monitor {

std::string_view word(Progress progress)
{
    switch (progress) {
    case Progress::on_course: return "op schema";
    case Progress::attention: return "let op";
    case Progress::behind: return "achter";
    case Progress::unknown: return "niet te beoordelen";
    }
    return "niet te beoordelen";
}

}
