/// What somebody was in the team from one day to another. A past day is judged by the line that holds on it, never by today's sheet.
public struct TeamStay: Sendable, Equatable {
    public let person: Identifier
    public var fromOn: CivilDate
    /// Last day, included; nil while it lasts.
    public var toOn: CivilDate?
    /// Code of the list PROFESSION.
    public let profession: String
    public let isAssociate: Bool
    public let isIndemnifiable: Bool
    /// True for somebody archived who never left: entered by mistake.
    public let isWithdrawn: Bool

    public init(
        person: Identifier, fromOn: CivilDate, toOn: CivilDate?, profession: String, isAssociate: Bool, isIndemnifiable: Bool,
        isWithdrawn: Bool = false
    ) {
        self.person = person
        self.fromOn = fromOn
        self.toOn = toOn
        self.profession = profession
        self.isAssociate = isAssociate
        self.isIndemnifiable = isIndemnifiable
        self.isWithdrawn = isWithdrawn
    }

    /// True on each day from the first to the last.
    public func holds(on day: CivilDate) -> Bool { fromOn <= day && (toOn.map { $0 >= day } ?? true) }

    /// Every line of the team, in the order of time for each person; `init(_:)` reads the rows.
    public static func query(_ msp: Identifier) -> Query {
        Query(
            """
            select s.professional_id, s.from_on, s.to_on, s.profession, s.is_associate, s.indemnifiable,
                p.archived_at is not null and p.left_on is null as withdrawn
            from kernel.team_stay s join kernel.professional p on p.msp_id = s.msp_id and p.id = s.professional_id
            where s.msp_id = $1 and p.msp_id = $1 order by s.professional_id, s.from_on
            """, .id(msp))
    }

    /// A row of `query`.
    public init(_ row: Row) throws {
        self.init(
            person: try row[0], fromOn: try row[1], toOn: try row[2], profession: try row[3], isAssociate: try row[4],
            isIndemnifiable: try row[5], isWithdrawn: try row[6])
    }
}

extension [TeamStay] {
    /// The line of one person that holds on a day; nil when the person was not in the team.
    public func holding(on day: CivilDate) -> TeamStay? { first { $0.holds(on: day) } }

    /// The line that says most of a day: the one that holds, else the latest before it, else the first. Nil without any.
    public func nearest(to day: CivilDate) -> TeamStay? { holding(on: day) ?? last { $0.fromOn <= day } ?? first }
}
