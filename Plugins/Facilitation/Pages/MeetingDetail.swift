import HTML
import Kernel
import KernelUI
import Postgres

/// The meeting's own page, drawn in place of the plain list of fields: the next act first, then the agenda,
/// the situations, the decisions; beside them the people, the documents and the seal.
enum MeetingDetail {
    static let detail = RecordDetail(
        slot: "facilitation.meeting.side",
        queries: { msp, id in MeetingScreen.queries(msp, id) + [TeamChoices.query(msp), GroupChoices.query(msp), SealLine.query(msp, id)] },
        render: { view, results, html in
            let screen = try MeetingScreen(results.prefix(MeetingScreen.queryCount))
            let rest = Array(results.dropFirst(MeetingScreen.queryCount))
            guard rest.count >= 3 else { throw Refusal.notFound }
            let drawing = MeetingDrawing(
                screen: screen, access: view.access, now: view.now, href: view.href, team: try TeamChoices(rest[0]).people,
                groups: try GroupChoices(rest[1]).groups, seal: try SealLine.first(in: rest[2]), html: html)
            drawing.draw()
        })
}

/// People of the team who may be named in a form.
struct TeamChoices: Sendable {
    struct Person: Sendable {
        let id: Identifier
        let name: String
        let profession: String
    }

    let people: [Person]

    static func query(_ msp: Identifier) -> Query {
        Query(
            """
            select id, shown_name, profession from kernel.professional
            where msp_id = $1 and archived_at is null and left_on is null
            order by last_name collate kernel.french, first_name collate kernel.french, id
            """, .id(msp))
    }

    init(_ rows: ResultSet) throws {
        people = try rows.map { Person(id: try $0[0], name: try $0[1], profession: try $0[2]) }
    }
}

/// Named groups of the team.
struct GroupChoices: Sendable {
    struct Group: Sendable {
        let id: Identifier
        let name: String
        let size: Int
    }

    let groups: [Group]

    static func query(_ msp: Identifier) -> Query {
        Query(
            """
            select g.id, g.name, count(m.professional_id)::integer from kernel.team_group g
            left join kernel.team_group_member m on m.msp_id = g.msp_id and m.group_id = g.id
            where g.msp_id = $1 and g.archived_at is null
            group by g.id, g.name order by g.name collate kernel.french, g.id
            """, .id(msp))
    }

    init(_ rows: ResultSet) throws {
        groups = try rows.map { Group(id: try $0[0], name: try $0[1], size: try $0[2]) }
    }
}

/// The closing entry of a meeting in the evidence ledger.
struct SealLine: Sendable {
    let seq: Int
    let recordedAt: Instant
    /// Lower-case hexadecimal.
    let digest: String

    static func query(_ msp: Identifier, _ meeting: Identifier) -> Query {
        Query(
            """
            select e.seq, e.recorded_at, encode(e.hash, 'hex') from facilitation.meeting m
            join kernel.evidence e on e.msp_id = m.msp_id and e.seq = m.evidence_seq
            where m.msp_id = $1 and m.id = $2
            """, .id(msp), .id(meeting))
    }

    static func first(in rows: ResultSet) throws -> SealLine? {
        guard let row = rows.first else { return nil }
        return SealLine(seq: try row[0], recordedAt: try row[1], digest: try row[2])
    }
}
