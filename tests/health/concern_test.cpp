#include "daemon/health/concern.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ketensync;
using namespace ketensync::health;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

constexpr auto day = std::chrono::hours(24);

/// What there is to say of one certificate that ends then.
std::vector<Concern> of_certificate(std::optional<Instant> ends)
{
    auto snapshot = sound_snapshot();
    snapshot.certificates = { { "keten-cert", { "hilversum", "uwv" }, ends } };
    return concerns(snapshot, evaluate(snapshot));
}

} // namespace

TEST(Concerns, AskForAnEditionThatIsOverdue)
{
    auto snapshot = sound_snapshot();
    snapshot.edition_patience = 60 * day;
    snapshot.edition = OwedEdition { "2026-H1", noon() - 60 * day };
    EXPECT_THAT(concerns(snapshot, evaluate(snapshot)), IsEmpty());
    snapshot.edition->since -= 1ms;
    auto const overdue = concerns(snapshot, evaluate(snapshot));
    ASSERT_EQ(overdue.size(), 1U);
    EXPECT_EQ(overdue[0].key, "edition:KetensyncEditionOverdue");
    EXPECT_EQ(overdue[0].what, "De uitgave 2026-H1 van de Monitor is nog niet gepubliceerd, 60 dagen nadat het halfjaar om was.");
    EXPECT_THAT(overdue[0].first, HasSubstr("ketensync --monitor=2026-H1 --dry-run"));
    snapshot.edition.reset();
    EXPECT_THAT(concerns(snapshot, evaluate(snapshot)), IsEmpty());
}

TEST(Concerns, AskToLookAtACertificateThatEndsSoonAndToReplaceOneThatEndsNow)
{
    EXPECT_THAT(of_certificate(noon() + 30 * day), IsEmpty());
    EXPECT_THAT(of_certificate(std::nullopt), IsEmpty()) << "whoever uses it says why it cannot be read";
    auto const soon = of_certificate(noon() + 23 * day);
    ASSERT_EQ(soon.size(), 1U);
    EXPECT_EQ(soon[0].key, "certificate:keten-cert:KetensyncCertificateEndsSoon");
    EXPECT_EQ(soon[0].severity, Severity::info);
    EXPECT_EQ(soon[0].what, "Het certificaat 'keten-cert' (voor hilversum, uwv) verloopt over 23 dagen, op 2026-12-14.");
    auto const now = of_certificate(noon() + 7 * day - 1ms);
    ASSERT_EQ(now.size(), 1U);
    EXPECT_EQ(now[0].alert, "KetensyncCertificateEnds");
    EXPECT_EQ(now[0].severity, Severity::warning);
    EXPECT_THAT(now[0].first, HasSubstr("systemctl restart ketensync"));
    EXPECT_THAT(of_certificate(noon() - day).at(0).what, HasSubstr("is verlopen op 2026-11-20."));
}
