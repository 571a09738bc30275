/// What the life of meetings tells other modules: identifiers, codes and times, never a name (R11). Published by Facilitation; whoever hears
/// one names it, and needs no other word of that module.
public enum MeetingEvents {
    /// A meeting and what it is.
    public struct Named: Sendable {
        public let meeting: Identifier
        public let type: String

        public init(meeting: Identifier, type: String) {
            self.meeting = meeting
            self.type = type
        }

        fileprivate static let shape = Shape<Named>.object(
            isOpen: true, ShapeMember("meeting", .id) { $0.meeting }, ShapeMember("type", .text()) { $0.type },
            make: { Named(meeting: $0, type: $1) })
    }

    /// How long one person was there, on the MSP's account.
    public struct Presence: Sendable {
        public let attendance: Identifier
        public let person: Identifier
        public let from: Instant
        public let to: Instant
        public let minutes: Int
        public let signed: Bool

        public init(attendance: Identifier, person: Identifier, from: Instant, to: Instant, minutes: Int, signed: Bool) {
            self.attendance = attendance
            self.person = person
            self.from = from
            self.to = to
            self.minutes = minutes
            self.signed = signed
        }

        fileprivate static let shape = Shape<Presence>.object(
            isOpen: true, ShapeMember("attendance", .id) { $0.attendance }, ShapeMember("person", .id) { $0.person },
            ShapeMember("from", .instant) { $0.from }, ShapeMember("to", .instant) { $0.to },
            ShapeMember("minutes", .integer(0...100_000)) { $0.minutes }, ShapeMember("signed", .boolean) { $0.signed },
            make: { Presence(attendance: $0, person: $1, from: $2, to: $3, minutes: $4, signed: $5) })
    }

    /// What a locked sheet says. Guests are counted and not named: no module pays them.
    public struct Sheet: Sendable {
        public let meeting: Identifier
        public let type: String
        /// On the MSP's calendar.
        public let day: CivilDate
        public let startsAt: Instant
        public let endsAt: Instant
        public let indemnifiable: Bool
        public let people: [Presence]

        public init(
            meeting: Identifier, type: String, day: CivilDate, startsAt: Instant, endsAt: Instant, indemnifiable: Bool, people: [Presence]
        ) {
            self.meeting = meeting
            self.type = type
            self.day = day
            self.startsAt = startsAt
            self.endsAt = endsAt
            self.indemnifiable = indemnifiable
            self.people = people
        }

        fileprivate static let shape = Shape<Sheet>.object(
            isOpen: true, ShapeMember("meeting", .id) { $0.meeting }, ShapeMember("type", .text()) { $0.type },
            ShapeMember("day", .date) { $0.day }, ShapeMember("starts_at", .instant) { $0.startsAt },
            ShapeMember("ends_at", .instant) { $0.endsAt }, ShapeMember("indemnifiable", .boolean) { $0.indemnifiable },
            ShapeMember("people", Presence.shape.list()) { $0.people },
            make: { Sheet(meeting: $0, type: $1, day: $2, startsAt: $3, endsAt: $4, indemnifiable: $5, people: $6) })
    }

    /// That a meeting is proven, with the situations discussed in it.
    public struct Closing: Sendable {
        public let meeting: Identifier
        public let type: String
        /// Number in the ledger of evidence.
        public let evidence: Int
        public let day: CivilDate
        public let cases: Int
        public let situations: [Identifier]

        public init(meeting: Identifier, type: String, evidence: Int, day: CivilDate, cases: Int, situations: [Identifier]) {
            self.meeting = meeting
            self.type = type
            self.evidence = evidence
            self.day = day
            self.cases = cases
            self.situations = situations
        }

        fileprivate static let shape = Shape<Closing>.object(
            isOpen: true, ShapeMember("meeting", .id) { $0.meeting }, ShapeMember("type", .text()) { $0.type },
            ShapeMember("evidence", .integer(0...1_000_000_000)) { $0.evidence }, ShapeMember("day", .date) { $0.day },
            ShapeMember("cases", .integer(0...100_000)) { $0.cases },
            ShapeMember("case_ids", Shape<Identifier>.id.list()) { $0.situations },
            make: { Closing(meeting: $0, type: $1, evidence: $2, day: $3, cases: $4, situations: $5) })
    }

    public static let sheetLocked = Event(
        "facilitation.sheet_locked", summary: "The attendance sheet of a meeting was locked; indemnities may be computed from it.",
        Sheet.shape,
        sample: Sheet(
            meeting: sample(1), type: "RCP", day: CivilDate(daysSinceEpoch: 20_784), startsAt: noon, endsAt: noon.adding(minutes: 60),
            indemnifiable: true,
            people: [
                Presence(
                    attendance: sample(3), person: sample(4), from: noon, to: noon.adding(minutes: 60), minutes: 60, signed: true)
            ]))

    public static let sheetReopened = Event(
        "facilitation.sheet_reopened", summary: "A manager reopened a locked sheet; what was computed from it no longer holds.",
        Named.shape, sample: Named(meeting: sample(1), type: "RCP"))

    public static let closed = Event(
        "facilitation.meeting_closed", summary: "A meeting was closed: sheet locked, minutes published, evidence filed.", Closing.shape,
        sample: Closing(
            meeting: sample(1), type: "RCP", evidence: 42, day: CivilDate(daysSinceEpoch: 20_784), cases: 1, situations: [sample(5)]))

    public static let cancelled = Event(
        "facilitation.meeting_cancelled", summary: "A meeting was cancelled.", Named.shape,
        sample: Named(meeting: sample(1), type: "TEAM"))

    private static let noon = Instant(microseconds: 1_795_782_600_000_000)

    private static func sample(_ number: Int) -> Identifier { .derived(from: "sample.\(number)") }
}
