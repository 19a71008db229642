#pragma once

#include <string>
#include <string_view>

namespace ketensync::reconcile {

/// How a folded name sounds to a Dutch ear, so that Meijer and Meyer, Schmidt and Smit-like spellings, Mohammed and
/// Mohamed fall in one block: ij ei ey y, ck c q k, ch sch g, ph v f, oe u, z s, dt th t, final d t, x ks, silent h,
/// doubled letters. For finding candidates only; it decides nothing. Pure; any thread.
std::string sound(std::string_view folded);

} // namespace ketensync::reconcile
