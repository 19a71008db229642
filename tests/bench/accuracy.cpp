#include "tests/bench/accuracy.hpp"

#include <unordered_map>

namespace ketensync::bench {

namespace {

double pairs(double count)
{
    return count * (count - 1.0) / 2.0;
}
double mean(double a, double b)
{
    return a + b == 0 ? 0.0 : 2.0 * a * b / (a + b);
}

} // namespace

Accuracy accuracy(std::vector<std::uint32_t> const & cluster, std::vector<std::string> const & truth)
{
    std::unordered_map<std::string, std::uint32_t> entities;
    std::unordered_map<std::uint32_t, double> of_cluster;
    std::vector<double> of_entity;
    std::unordered_map<std::uint64_t, double> of_both;
    for (std::size_t i = 0; i < cluster.size(); ++i) {
        auto const entity = entities.try_emplace(truth[i], static_cast<std::uint32_t>(entities.size())).first->second;
        of_entity.resize(entities.size());
        of_entity[entity] += 1;
        of_cluster[cluster[i]] += 1;
        of_both[std::uint64_t { cluster[i] } << 32U | entity] += 1;
    }
    double right = 0;
    double found = 0;
    double real = 0;
    double clusters = 0;
    double entities_of_two = 0;
    double exact = 0;
    std::size_t whole = 0;
    double cubed_precision = 0;
    double cubed_recall = 0;
    for (auto const & [both, count] : of_both) {
        auto const in_cluster = of_cluster[static_cast<std::uint32_t>(both >> 32U)];
        auto const in_entity = of_entity[static_cast<std::uint32_t>(both)];
        right += pairs(count);
        cubed_precision += count * count / in_cluster;
        cubed_recall += count * count / in_entity;
        exact += count == in_cluster && count == in_entity && count > 1 ? 1 : 0;
        whole += count == in_cluster && count == in_entity ? 1U : 0U;
    }
    for (auto const & [number, count] : of_cluster) {
        found += pairs(count);
        clusters += count > 1 ? 1 : 0;
    }
    for (auto const count : of_entity) {
        real += pairs(count);
        entities_of_two += count > 1 ? 1 : 0;
    }
    auto const records = static_cast<double>(cluster.size());
    Accuracy told;
    told.precision = found == 0 ? 1 : right / found;
    told.recall = real == 0 ? 1 : right / real;
    told.f1 = mean(told.precision, told.recall);
    told.b_cubed = mean(cubed_precision / records, cubed_recall / records);
    told.exact_precision = clusters == 0 ? 1 : exact / clusters;
    told.exact_recall = entities_of_two == 0 ? 1 : exact / entities_of_two;
    told.wrong = of_entity.size() - whole;
    return told;
}

} // namespace ketensync::bench
