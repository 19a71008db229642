#include "daemon/reconcile/agglomerate.hpp"

#include <algorithm>

namespace ketensync::reconcile {

void Linkage::add(Verdict const & verdict, double ignorance)
{
    same = same || verdict.word == Verdict::Word::same;
    barred = barred || verdict.never();
    if (verdict.telling) {
        sum += verdict.bits;
        ++count;
    } else {
        sum += std::min(0.0, verdict.bits - ignorance);
    }
}

void Linkage::add(Linkage const & other)
{
    sum += other.sum;
    count += other.count;
    same = same || other.same;
    barred = barred || other.barred;
}

double Linkage::mean() const
{
    return sum / static_cast<double>(std::max<std::size_t>(count, 1));
}

std::vector<std::size_t> agglomerate(
    std::size_t count, std::function<Linkage(std::size_t, std::size_t)> const & linkage, double link)
{
    std::vector<Linkage> between(count * count);
    std::vector<std::size_t> cluster(count);
    for (std::size_t i = 0; i < count; ++i) {
        cluster[i] = i;
        for (std::size_t j = 0; j < i; ++j) {
            between[i * count + j] = between[j * count + i] = linkage(j, i);
        }
    }
    auto const better
        = [](Linkage const & a, Linkage const & b) { return a.same != b.same ? a.same : a.mean() > b.mean(); };
    while (true) {
        auto const none = count;
        auto into = none;
        auto from = none;
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = i + 1; j < count; ++j) {
                auto const & pair = between[i * count + j];
                if (cluster[i] == i && cluster[j] == j && pair.links(link)
                    && (into == none || better(pair, between[into * count + from]))) {
                    into = i;
                    from = j;
                }
            }
        }
        if (into == none) {
            return cluster;
        }
        for (std::size_t k = 0; k < count; ++k) {
            if (cluster[k] == from) {
                cluster[k] = into;
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            if (cluster[k] == k && k != into) {
                between[into * count + k].add(between[from * count + k]);
                between[k * count + into] = between[into * count + k];
            }
        }
    }
}

} // namespace ketensync::reconcile
