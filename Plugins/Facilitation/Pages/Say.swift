import Kernel
import Postgres

/// Times and counts as the screens of this module say them: the house's French formats, in the MSP's own time zone.
enum Say {
    /// « 13 h 30 ».
    static func time(_ instant: Instant, _ access: Access) -> String { French.time(access.local(instant)) }

    /// « 13:30 », in narrow columns and time fields.
    static func clock(_ instant: Instant, _ access: Access) -> String { French.clock(access.local(instant)) }

    /// « jeudi 27 novembre 2026 à 13 h 30 ».
    static func dayAndTime(_ instant: Instant, _ access: Access) -> String { French.longDateTime(access.local(instant)) }

    /// « 27/11/2026 à 13:30 ».
    static func moment(_ instant: Instant, _ access: Access) -> String { French.dateTime(access.local(instant)) }

    /// « jeudi 27 novembre 2026 ».
    static func day(_ instant: Instant, _ access: Access) -> String { French.longDate(access.local(instant).date) }

    /// « 27/11/2026 ».
    static func date(_ day: CivilDate) -> String { French.date(day) }

    /// « 1 h 15 ».
    static func minutes(_ minutes: Int) -> String { French.duration(minutes: minutes) }

    /// « 1 personne », « 3 personnes ».
    static func count(_ count: Int, _ one: String, _ many: String) -> String { French.plural(count, one, many) }
}
