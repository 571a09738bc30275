internal import Kernel

/// Days and times as the portal writes them, in the zone of the structure or, above all structures, in metropolitan time.
enum PortalDates {
    /// Zone of pages that belong to no structure.
    static let homeZone = "Europe/Paris"

    /// `21/11/2026`.
    static func day(_ date: CivilDate) -> String { "\(two(date.day))/\(two(date.month))/\(date.year)" }

    /// `21/11/2026 à 18:30`.
    static func moment(_ instant: Instant, zone: String = homeZone) -> String {
        let local = LocalTime(instant, zone: zone)
        return "\(day(local.date)) à \(two(local.hour)):\(two(local.minute))"
    }

    /// Today in a zone.
    static func today(_ now: Instant, zone: String = homeZone) -> CivilDate { LocalTime(now, zone: zone).date }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
