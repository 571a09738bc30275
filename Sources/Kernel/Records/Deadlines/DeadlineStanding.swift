/// What was said of a deadline of one object for one day.
public struct DeadlineMark: Sendable, Equatable {
    public let deadline: String
    /// The day that it was said of.
    public let due: CivilDate
    public let putOffTo: CivilDate?
    public let doneOn: CivilDate?
    public let reason: String?

    public init(deadline: String, due: CivilDate, putOffTo: CivilDate? = nil, doneOn: CivilDate? = nil, reason: String? = nil) {
        self.deadline = deadline
        self.due = due
        self.putOffTo = putOffTo
        self.doneOn = doneOn
        self.reason = reason
    }
}

/// A deadline of one object as it stands.
public struct DeadlineStanding: Sendable {
    public let deadline: RecordDeadline
    /// The day that the record's fields give.
    public let due: CivilDate
    /// The day until which it may wait: where it was put off to, else the day itself.
    public let until: CivilDate
    public let mark: DeadlineMark?

    /// Nil where the record's state, codes or empty fields let none run. A mark of another day counts for nothing.
    public init?(_ deadline: RecordDeadline, _ values: RecordValues, state: String?, marks: [DeadlineMark], zone: String) {
        guard deadline.runs(values, state: state), let due = deadline.date(values, zone: zone) else { return nil }
        self.deadline = deadline
        self.due = due
        mark = marks.first { $0.deadline == deadline.name && $0.due == due }
        until = mark?.putOffTo ?? due
    }

    public var isDone: Bool { mark?.doneOn != nil }

    /// Whether it is to be shown: late, or within the horizon.
    public func isNear(_ today: CivilDate) -> Bool { !isDone && until <= today.adding(days: deadline.horizon) }

    /// « à dénoncer dans 12 jours », « à dénoncer, en retard de 3 jours ».
    public func words(_ today: CivilDate) -> String {
        until < today ? "\(deadline.says), \(distance(today))" : "\(deadline.says) \(distance(today))"
    }

    /// How far the day is.
    public func distance(_ today: CivilDate) -> String { Self.distance(until, from: today) }

    /// « dans 12 jours », « demain », « en retard de 3 jours ».
    public static func distance(_ day: CivilDate, from today: CivilDate) -> String {
        switch day.daysSinceEpoch - today.daysSinceEpoch {
        case 0: "aujourd’hui"
        case 1: "demain"
        case let days where days > 0: "dans \(French.plural(days, "jour", "jours"))"
        case let days: "en retard de \(French.plural(-days, "jour", "jours"))"
        }
    }

    /// Late stops, what comes within a week warns.
    public func tone(_ today: CivilDate) -> Tone { until < today ? .stop : until <= today.adding(days: 7) ? .warn : .note }
}
