/// A day by which something of a record is to be done, declared once. From it come the chip on the object's page and in the list, the
/// line of « Aujourd’hui », the filter « échéance », the daily mail and the acts « noter comme fait », « reporter », « reprendre ».
///
/// The day is a civil date in the MSP's zone and moves with its field: what was said of it (done, put off) counts for that date only.
public struct RecordDeadline: Sendable {
    /// lower_snake, unique among the deadlines of the record: also in addresses and in the trail.
    public let name: String
    public let day: Day
    /// Days before the day on which those concerned are told by mail; they are told on the day and on the day after too.
    public let remind: [Int]
    /// Days ahead that « Aujourd’hui » and the chip look, the greatest of `remind` unless said otherwise; zero for what is told when it
    /// is late only.
    public let horizon: Int
    /// States of the record in which it runs; nil for all.
    public let states: Set<String>?
    /// Codes that other fields must hold for it to run, by field.
    public let codes: [String: Set<String>]
    /// Field that holds the person of the team who is to do it.
    public let owner: String?
    /// False where another record already tells the owner, such as the task that a decision brings.
    public let tellsOwner: Bool
    /// Permission of those who are told beside the owner; nil for the right to change the record.
    public let tells: String?
    /// Permission of its acts; nil for the right to change the record. The owner's own are possible with it alone.
    public let acting: String?
    /// The record's own action that does it, in place of « noter comme fait ».
    public let doneBy: String?
    /// What is to be done: « à dénoncer ou reconduire ».
    public let says: String

    public init(
        _ name: String, _ day: Day, remind: [Int], ahead horizon: Int? = nil, while states: Set<String>? = nil,
        where codes: [String: Set<String>] = [:],
        owner: String? = nil, tellsOwner: Bool = true, tells: String? = nil, acting: String? = nil, doneBy: String? = nil, says: String
    ) {
        self.name = name
        self.day = day
        self.remind = remind
        self.horizon = horizon ?? remind.max() ?? 0
        self.states = states
        self.codes = codes
        self.owner = owner
        self.tellsOwner = tellsOwner
        self.tells = tells
        self.acting = acting
        self.doneBy = doneBy
        self.says = says
    }
}

extension RecordDeadline {
    /// Where the day comes from.
    public struct Day: Sendable {
        /// A number of months or days, fixed or a field of the record.
        public enum Length: Sendable, Equatable {
            case months(Int)
            case days(Int)
            case monthsIn(String)
            case daysIn(String)

            /// Field that holds it.
            public var field: String? {
                switch self {
                case .monthsIn(let field), .daysIn(let field): field
                case .months, .days: nil
                }
            }

            /// True for months, whose ends are those of the calendar.
            public var isMonths: Bool {
                switch self {
                case .months, .monthsIn: true
                case .days, .daysIn: false
                }
            }
        }

        /// The field that it starts from: a date, or an instant read on the clocks of the MSP.
        public let field: String
        /// How far from the field; nil for the field's own day.
        public let length: Length?
        public let isBefore: Bool

        /// The day of a field.
        public static func field(_ name: String) -> Day { Day(field: name, length: nil, isBefore: false) }
        /// A time before a field's day.
        public static func before(_ name: String, _ length: Length) -> Day { Day(field: name, length: length, isBefore: true) }
        /// A time after a field's day.
        public static func after(_ name: String, _ length: Length) -> Day { Day(field: name, length: length, isBefore: false) }

        /// Fields it reads.
        public var fields: [String] { [field] + [length?.field].compactMap { $0 } }
    }

    /// Fields of the record that say whether it runs, for when and for whom.
    public var fields: Set<String> { Set(day.fields + codes.keys + [owner].compactMap { $0 }) }

    /// Whether the record's values let it run; the state is the caller's to give, because it stands in the workflow's field.
    public func runs(_ values: RecordValues, state: String?) -> Bool {
        if let states, !(state.map(states.contains) ?? false) { return false }
        return codes.allSatisfy { field, allowed in values.text(field).map(allowed.contains) ?? false }
    }

    /// The day of a record; nil where a field that it reads is empty.
    public func date(_ values: RecordValues, zone: String) -> CivilDate? {
        let start: CivilDate
        switch values[day.field] {
        case .date(let date): start = date
        case .instant(let instant): start = LocalTime(instant, zone: zone).date
        default: return nil
        }
        guard let length = day.length else { return start }
        let count: Int
        switch length {
        case .months(let number), .days(let number): count = number
        case .monthsIn(let field), .daysIn(let field):
            guard let number = values.int(field) else { return nil }
            count = number
        }
        let signed = day.isBefore ? -count : count
        return length.isMonths ? start.adding(months: signed) : start.adding(days: signed)
    }
}

extension CivilDate {
    /// The same day of the month so many months later, or the last one of a shorter month, as the database reckons.
    public func adding(months: Int) -> CivilDate {
        let total = year * 12 + month - 1 + months
        let (year, month) = (total >= 0 ? total / 12 : (total - 11) / 12, ((total % 12) + 12) % 12 + 1)
        for last in stride(from: day, through: max(1, day - 3), by: -1) {
            if let date = CivilDate(year: year, month: month, day: last) { return date }
        }
        return self
    }
}
