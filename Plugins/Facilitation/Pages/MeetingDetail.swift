import HTML
import Kernel
import KernelUI
import Postgres

/// The meeting's own page, its fields among the rest: the next act first, then the agenda,
/// the situations, the decisions; beside them the people, the documents and the seal.
enum MeetingDetail {
    static let detail = RecordDetail(
        slot: "facilitation.meeting.side",
        shows: Set(MeetingRecord.fields.map(\.name)),
        read: { msp, id in
            .group(MeetingScreen.read(msp, id), TeamChoices.read(msp), GroupChoices.read(msp), SealLine.read(msp, id))
        },
        render: { view, found, html in
            let (screen, team, groups, seal) = found
            MeetingDrawing(
                screen: screen, access: view.access, now: view.now, href: view.href,
                team: team.on(screen.day(view.access, now: view.now)), groups: groups, seal: seal, html: html
            ).draw()
        })
}

/// People of the team who may be named in a form: those of the day that it is about, whoever has left since or is about to.
struct TeamChoices: Sendable {
    struct Person: Sendable {
        let id: Identifier
        let name: String
        let profession: String
    }

    private let stays: [(person: Person, from: CivilDate, to: CivilDate?)]

    static func read(_ msp: Identifier) -> Read<TeamChoices> {
        Read(
            Query(
                """
                select p.id, p.shown_name, s.profession, s.from_on, s.to_on
                from kernel.professional p join kernel.team_stay s on s.msp_id = p.msp_id and s.professional_id = p.id
                where p.msp_id = $1 and s.msp_id = $1 and (p.archived_at is null or p.left_on is not null)
                order by p.last_name collate kernel.french, p.first_name collate kernel.french, p.id, s.from_on
                """, .id(msp))
        ) { rows in
            TeamChoices(
                stays: try rows.map { row in
                    let (id, name, profession, from, to): (Identifier, String, String, CivilDate, CivilDate?) = try row.cells()
                    return (Person(id: id, name: name, profession: profession), from, to)
                })
        }
    }

    /// The team of a day.
    func on(_ day: CivilDate) -> [Person] { stays.filter { $0.from <= day && ($0.to.map { $0 >= day } ?? true) }.map(\.person) }

    /// The team from a day on: those who are there, and those who come.
    func from(_ day: CivilDate) -> [Person] { Self.each(stays.filter { $0.to.map { $0 >= day } ?? true }.map(\.person)) }

    /// Whoever was ever of the team, for a day that is not known yet.
    var ever: [Person] { Self.each(stays.map(\.person)) }

    /// Two stays are one person; lines of one person follow each other.
    private static func each(_ people: [Person]) -> [Person] {
        people.reduce(into: []) { if $0.last?.id == $1.id { $0[$0.count - 1] = $1 } else { $0.append($1) } }
    }
}

extension MeetingScreen {
    /// The meeting's own day, today without one.
    func day(_ access: Access, now: Instant) -> CivilDate { access.local(head.actualStart ?? head.startsAt ?? now).date }
}

/// Named groups of the team.
enum GroupChoices {
    struct Group: Sendable {
        let id: Identifier
        let name: String
        let size: Int
    }

    static func read(_ msp: Identifier) -> Read<[Group]> {
        .each(
            Query(
                """
                select g.id, g.name, count(m.professional_id)::integer from kernel.team_group g
                left join kernel.team_group_member m on m.msp_id = g.msp_id and m.group_id = g.id
                where g.msp_id = $1 and g.archived_at is null
                group by g.id, g.name order by g.name collate kernel.french, g.id
                """, .id(msp))
        ) { row in
            let (id, name, size): (Identifier, String, Int) = try row.cells()
            return Group(id: id, name: name, size: size)
        }
    }
}

/// The closing entry of a meeting in the evidence ledger.
struct SealLine: Sendable {
    let seq: Int
    let recordedAt: Instant
    /// Lower-case hexadecimal.
    let digest: String

    static func read(_ msp: Identifier, _ meeting: Identifier) -> Read<SealLine?> {
        .first(
            Query(
                """
                select e.seq, e.recorded_at, encode(e.hash, 'hex') from facilitation.meeting m
                join kernel.evidence e on e.msp_id = m.msp_id and e.seq = m.evidence_seq
                where m.msp_id = $1 and m.id = $2
                """, .id(msp), .id(meeting))
        ) { row in
            let (seq, recordedAt, digest): (Int, Instant, String) = try row.cells()
            return SealLine(seq: seq, recordedAt: recordedAt, digest: digest)
        }
    }
}
