#include "core/base/beta_binomial.h"

#include <algorithm>
#include <cmath>

namespace amends {
namespace {

// Of the terms that follow each other by `ratio`, down to what no sum notices.
template <class Ratio>
double tail(double first, std::int64_t from, std::int64_t cases, Ratio ratio) {
  double sum = first, term = first;
  for (std::int64_t k = from; k < cases; ++k) {
    const double factor = ratio(static_cast<double>(k));
    term *= factor;
    sum += term;
    if (factor < 1 && term <= sum * 1e-12) break;
  }
  return std::min(sum, 1.0);
}

double log_choose(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

double binomial(std::int64_t missed, std::int64_t cases, double p) {
  const double n = static_cast<double>(cases), k = static_cast<double>(missed);
  const double first = std::exp(log_choose(n, k) + k * std::log(p) + (n - k) * std::log1p(-p));
  return tail(first, missed, cases, [&](double at) { return (n - at) / (at + 1) * p / (1 - p); });
}

double beta_binomial(std::int64_t missed, std::int64_t cases, double p, double correlation) {
  const double n = static_cast<double>(cases), k = static_cast<double>(missed), weight = 1 / correlation - 1;
  const double a = p * weight, b = (1 - p) * weight;
  const auto log_beta = [](double x, double y) { return std::lgamma(x) + std::lgamma(y) - std::lgamma(x + y); };
  const double first = std::exp(log_choose(n, k) + log_beta(k + a, n - k + b) - log_beta(a, b));
  return tail(first, missed, cases, [&](double at) { return (n - at) / (at + 1) * (at + a) / (n - at - 1 + b); });
}

}  // namespace

double chance_of_as_many(std::int64_t missed, std::int64_t cases, const Chance& chance) {
  if (missed <= 0 || chance.rate >= 1) return 1;
  if (missed > cases || chance.rate <= 0) return 0;
  constexpr double least = 1e-9, most = 0.999;  // between them lgamma is exact enough
  const double correlation = cases < 2 ? 0 : (chance.spread - 1) / static_cast<double>(cases - 1);
  return correlation < least ? binomial(missed, cases, chance.rate) : beta_binomial(missed, cases, chance.rate, std::min(correlation, most));
}

}  // namespace amends
