internal import Kernel

/// Days and times of pages that belong to no structure.
enum PortalDates {
    /// Zone of pages above all structures.
    static let homeZone = "Europe/Paris"

    /// `21/11/2026 18:30`.
    static func moment(_ instant: Instant, zone: String = homeZone) -> String { French.dateTime(LocalTime(instant, zone: zone)) }

    /// Today in a zone.
    static func today(_ now: Instant, zone: String = homeZone) -> CivilDate { LocalTime(now, zone: zone).date }
}
