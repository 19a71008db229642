#pragma once

#include "daemon/reconcile/cluster.hpp"
#include "daemon/reconcile/explanation.hpp"
#include "daemon/reconcile/recipes.hpp"
#include "daemon/reconcile/scorer.hpp"

namespace ketensync::reconcile {

/// Of any two rows, linked or not. `judgement` is what a person said of them.
Explanation explain(RecordTable const & table, Form const & form, Recipes const & recipes, Scorer & scorer, Row a,
    Row b, Judgement judgement = Judgement::none);

} // namespace ketensync::reconcile
