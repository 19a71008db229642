#include "daemon/health/concern.hpp"

#include "daemon/health/lateness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ketensync::health {

namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::uint64_t repeatedly = 3;

Concern concern(std::string alert, Severity severity, std::string what, std::string first)
{
    return { {}, std::move(alert), severity, std::move(what), std::move(first) };
}

std::optional<Concern> of_feed(FeedState const & feed, Snapshot const & snapshot)
{
    auto const name = fmt::format("{}/{}", feed.source, feed.feed);
    auto const history = std::string("Kijk hoe de laatste keren gingen: ketensync --history");
    if (feed.last_run && feed.last_run->state == RunState::held) {
        return concern("KetensyncSyncHeld", Severity::warning,
            fmt::format("De levering van {} is niet geloofwaardig en is daarom niet overgenomen (run {}).", name, feed.last_run->id),
            fmt::format("Kijk wat ze zou veranderen: ketensync --sync={} --dry-run", name));
    }
    if (feed.last_run && feed.last_run->failed() && feed.last_run->reason == reason_code(Failure::refused)) {
        return concern("KetensyncCredentialRefused", Severity::warning,
            fmt::format("De bron laat ons niet meer toe: {}.", name),
            "Kijk of het wachtwoord, token of certificaat verlopen of ingetrokken is, en vraag een nieuw aan.");
    }
    if (feed.consecutive_failures >= repeatedly) {
        return concern("KetensyncSyncFailingRepeatedly", Severity::warning,
            fmt::format("Het lezen van {} is {} keer achter elkaar mislukt.", name, feed.consecutive_failures), history);
    }
    if (is_late(feed, snapshot) && !feed.last_success) {
        return concern("KetensyncSyncNeverSucceeded", Severity::warning, fmt::format("Het lezen van {} is nog nooit gelukt.", name),
            fmt::format("Probeer de verbinding: ketensync --test-connection={}", name));
    }
    if (is_late(feed, snapshot)) {
        return concern("KetensyncSyncStale", Severity::warning,
            fmt::format("{} is te laat: {} geleden voor het laatst gelukt.", name, dutch_span(snapshot.taken - *feed.last_success)),
            history);
    }
    return std::nullopt;
}

Concern of_certificate(CertificateState const & certificate, Snapshot const & snapshot)
{
    auto const left = *certificate.ends - snapshot.taken;
    auto const date = to_text(*certificate.ends).substr(0, 10);
    auto const whose = fmt::format("Het certificaat '{}' (voor {})", certificate.name, fmt::join(certificate.used_by, ", "));
    auto const what = left > milliseconds(0) ? fmt::format("{} verloopt over {}, op {}.", whose, dutch_span(left), date)
                                             : fmt::format("{} is verlopen op {}.", whose, date);
    if (ends_within(certificate, snapshot.certificate_urgent, snapshot)) {
        return concern("KetensyncCertificateEnds", Severity::warning, what,
            "Zet het nieuwe certificaat neer waar het oude staat, en start de dienst opnieuw: systemctl restart ketensync");
    }
    return concern("KetensyncCertificateEndsSoon", Severity::info, what, "Vraag nu een nieuw certificaat aan bij wie het uitgeeft.");
}

std::optional<Concern> of_check(Check const & check, Snapshot const & snapshot)
{
    std::string_view const name = check.name;
    auto const waits = dutch_span(snapshot.outbox.oldest ? snapshot.taken - *snapshot.outbox.oldest : milliseconds(0));
    if (name.starts_with("worker:")) {
        return concern("KetensyncRestarting", Severity::critical,
            fmt::format("Een onderdeel van de dienst staat stil: {}.", name.substr(name.find(':') + 1)),
            "systemd start de dienst opnieuw; kijk of dat hielp: systemctl status ketensync");
    }
    if (name == "configuration") {
        return concern("KetensyncConfigReloadFailed", Severity::warning,
            "De laatste wijziging van de configuratie is geweigerd; de vorige geldt nog.", "Vraag welke fout erin zit: ketensync --check");
    }
    if (name == "store") {
        return concern("KetensyncDatabaseDown", Severity::critical,
            "De eigen administratie kan niet geschreven worden; er wordt niets gelezen of geleverd.",
            "Kijk of de schijf vol of stuk is: df -h /var/lib/ketensync");
    }
    if (name == "disk") {
        return concern("KetensyncDiskLow", check.status == Status::fail ? Severity::critical : Severity::warning,
            fmt::format("De schijf raakt vol: nog {} MiB vrij.", snapshot.store.disk_free >> 20U), "Maak ruimte: df -h /var/lib/ketensync");
    }
    if (name == "outbox") {
        return concern("KetensyncOutboxOld", check.status == Status::fail ? Severity::critical : Severity::warning,
            fmt::format("Wijzigingen wachten te lang op het datawarehouse: {} leveringen, de oudste al {}.", snapshot.outbox.batches, waits),
            "Kijk wat er wacht, en waarop: ketensync --status");
    }
    if (name == "warehouse") {
        return concern("KetensyncWarehouseDown", Severity::warning,
            "Het datawarehouse antwoordt niet. Wat gelezen wordt, wacht tot het er weer is.",
            "Kijk wat het antwoordt: journalctl -u ketensync --since -1h");
    }
    if (name == "quarantine") {
        return concern("KetensyncQuarantineOld", Severity::info, "Er staan al meer dan een week gegevens apart waar iemand naar moet kijken.",
            "Kijk waarom: ketensync --quarantine=list");
    }
    if (name == "review") {
        return concern("KetensyncReviewBacklogOld", Severity::info,
            fmt::format("{} mogelijke dubbelen wachten al meer dan een week op een oordeel.", snapshot.doubts),
            "Beoordeel ze: ketensync --review");
    }
    if (name == "rejects") {
        auto const feed = std::ranges::find_if(snapshot.feeds, rejects_much);
        auto const where = feed == snapshot.feeds.end() ? std::string() : fmt::format(" van {}/{}", feed->source, feed->feed);
        return concern("KetensyncRejectRatioHigh", Severity::warning,
            fmt::format("Van de laatste levering{} is meer dan een op de twintig apart gezet.", where),
            "Kijk waarom: ketensync --quarantine=list");
    }
    if (name == "edition") {
        return concern("KetensyncEditionOverdue", Severity::warning,
            fmt::format("De uitgave {} van de Monitor is nog niet gepubliceerd, {} nadat het halfjaar om was.", snapshot.edition->name,
                dutch_span(snapshot.taken - snapshot.edition->since)),
            fmt::format("Kijk wat er in de weg staat: ketensync --monitor={} --dry-run", snapshot.edition->name));
    }
    return std::nullopt;
}

} // namespace

std::vector<Concern> concerns(Snapshot const & snapshot, Report const & report)
{
    std::vector<Concern> found;
    for (auto const & check : report.checks) {
        if (check.status == Status::pass) {
            continue;
        }
        auto const feed = std::ranges::find_if(snapshot.feeds,
            [&check](FeedState const & each) { return check.name == fmt::format("feed:{}/{}", each.source, each.feed); });
        auto const certificate = std::ranges::find_if(
            snapshot.certificates, [&check](CertificateState const & each) { return check.name == "certificate:" + each.name; });
        auto one = feed != snapshot.feeds.end() ? of_feed(*feed, snapshot)
            : certificate != snapshot.certificates.end() ? of_certificate(*certificate, snapshot)
                                                         : of_check(check, snapshot);
        if (one) {
            one->key = fmt::format("{}:{}", check.name, one->alert);
            found.push_back(std::move(*one));
        }
    }
    return found;
}

std::string dutch_span(milliseconds span)
{
    auto const in = [span](auto unit, std::string_view one, std::string_view many) {
        auto const count = std::max<std::int64_t>(0, span / unit);
        return fmt::format("{} {}", count, count == 1 ? one : many);
    };
    return span < hours(2) ? in(minutes(1), "minuut", "minuten")
        : span < hours(48) ? in(hours(1), "uur", "uur")
                           : in(hours(24), "dag", "dagen");
}

std::string_view to_text(Severity severity)
{
    constexpr std::array<std::string_view, 3> texts { "info", "warning", "critical" };
    return texts.at(static_cast<std::size_t>(severity));
}

} // namespace ketensync::health
