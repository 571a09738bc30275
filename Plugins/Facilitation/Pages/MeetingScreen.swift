import Kernel
import Postgres

/// What the screens of one meeting show, read in one round trip.
struct MeetingScreen: Sendable {
    let head: Head
    let agenda: [AgendaLine]
    let people: [PersonLine]
    let cases: [CaseLine]
    let notes: [NoteLine]
    let decisions: [DecisionLine]

    /// The meeting itself.
    struct Head: Sendable {
        let id: Identifier
        let title: String
        let type: String
        let status: String
        let startsAt: Instant?
        let plannedMinutes: Int
        let actualStart: Instant?
        let actualEnd: Instant?
        let mode: String
        /// Room and place in words; empty when neither is known.
        let place: String
        let videoURL: String?
        let organiser: String
        let organiserID: Identifier
        let organiserAddress: String?
        let nextMeetingOn: CivilDate?
        let convenedAt: Instant?
        let closedAt: Instant?
        let sheetState: String
        let sheetLockedAt: Instant?
        let sheetLockedBy: String?
        let sheetFile: Identifier?
        let minutesFile: Identifier?
        let evidenceSeq: Int?
        let cancelReason: String?
        let revision: Int
        let minutesStatus: String?
        let minutesBody: String
        let minutesPublishedAt: Instant?
        let minutesApprovedAt: Instant?
        /// Why a doubt was confirmed before the sheet was locked or the meeting closed.
        let confirmReason: String?
        /// Entered from a paper sheet after the day.
        let isEnteredAfterwards: Bool
        /// Associates who waived the delay of an assembly, by name.
        let waivers: [String]
    }

    /// One item of the agenda, accepted or proposed.
    struct AgendaLine: Sendable {
        let id: Identifier
        let title: String
        let kind: String
        let presenter: String?
        let plannedMinutes: Int?
        let proposedBy: String?
        let state: String
        let caseCode: String?
        let caseID: Identifier?
    }

    /// One person, invited or present.
    struct PersonLine: Sendable {
        /// Id of the professional or of the guest.
        let subject: Identifier
        let isGuest: Bool
        let name: String
        /// The profession as it is said of a professional (`CodeList.profession(of:)`); the job in words for a guest.
        let profession: String
        let organisation: String?
        let invitation: Identifier?
        let answer: String
        let notified: Bool
        let state: String?
        let arrivedAt: Instant?
        let leftAt: Instant?
        let minutes: Int?
        let signature: String?
        let signedAt: Instant?
        let email: String?
        /// What became of the last mail; nil when none was queued.
        let mail: MailState?
        let mailReply: String?

        var isPresent: Bool { state == "PRESENT" }
    }

    /// One situation on the programme: the head alone, never an identity.
    struct CaseLine: Sendable {
        let id: Identifier
        let code: String
        let theme: String
        let consent: String
        let initials: String?
        let requester: String
        /// When the agenda comes to it.
        var slotStart: Instant?
        var slotMinutes: Int
        let state: String
    }

    /// One note of the minutes.
    struct NoteLine: Sendable {
        let id: Identifier
        let item: Identifier?
        let kind: String
        let text: String
        let createdAt: Instant
    }

    /// One decision, with the task it became.
    struct DecisionLine: Sendable {
        let id: Identifier
        let item: Identifier?
        let text: String
        let kind: String
        let owner: String?
        let dueOn: CivilDate?
        let followUp: String
        let task: Identifier?
    }

    /// Items that are on the agenda.
    var accepted: [AgendaLine] { agenda.filter { $0.state == "ACCEPTED" } }
    /// Items that members proposed and nobody answered yet.
    var proposed: [AgendaLine] { agenda.filter { $0.state == "PROPOSED" } }
    /// Minutes of the accepted items; an item without a length counts for nothing.
    var agendaMinutes: Int { accepted.reduce(0) { $0 + ($1.plannedMinutes ?? 0) } }
    /// People who were invited.
    var invited: [PersonLine] { people.filter { $0.invitation != nil } }
    /// People who are or were there.
    var present: [PersonLine] { people.filter(\.isPresent) }

    /// Whether the reader may see the heads of the situations: by right, or because he or she is invited (missions.md 2.3).
    func showsCases(to access: Access) -> Bool {
        Self.showsCases(to: access, invited: invited.filter { !$0.isGuest }.map(\.subject))
    }

    /// The same from the members of the team who are invited.
    static func showsCases(to access: Access, invited: [Identifier]) -> Bool {
        access.can(Permissions.readCases) || access.professional.map(invited.contains) ?? false
    }

    /// What an item of the agenda is called for anybody else.
    static let hiddenCase = "Situation"

    /// Whether notice and minutes, which speak of the situations, may be read.
    func showsPapers(to access: Access) -> Bool { cases.isEmpty || showsCases(to: access) }

    /// How the notice stands.
    var noticeSum: NoticeSum {
        var sum = NoticeSum()
        for line in invited {
            switch line.mail {
            case .queued?: sum.queued += 1
            case .refused?: sum.refused += 1
            case .unreachable?: sum.unreachable += 1
            case .sent?: sum.sent += 1
            case nil: if line.notified { sum.sent += 1 } else if line.email == nil { sum.withoutAddress += 1 }
            }
        }
        return sum
    }
    /// Invited people whom no notice reached, nor is on its way to.
    var notConvened: [PersonLine] {
        invited.filter { !$0.notified && ($0.mail?.hasFailed ?? true) }
    }

    /// Invited people who were written to and gave no answer.
    var toRemind: Int {
        invited.count { $0.answer == "NONE" && $0.email != nil && ($0.mail.map { !$0.hasFailed } ?? $0.notified) }
    }

    /// Number of invited people who gave an answer.
    func answers(_ code: String) -> Int { invited.count { $0.answer == code } }
}

extension MeetingScreen {
    /// All of one meeting. A meeting that is not there is not found (API-01).
    static func read(_ msp: Identifier, _ meeting: Identifier) -> Read<MeetingScreen> {
        func query(_ text: SQL) -> Query { Query(text, .id(msp), .id(meeting)) }
        return Read.group(
            .one(query(headQuery), Head.init), .each(query(agendaQuery), AgendaLine.init), .each(query(peopleQuery), PersonLine.init),
            .each(query(casesQuery), CaseLine.init), .each(query(notesQuery), NoteLine.init),
            .each(query(decisionsQuery), DecisionLine.init)
        ).map { head, agenda, people, cases, notes, decisions in
            MeetingScreen(
                head: head, agenda: agenda, people: people,
                cases: slotted(cases, agenda: agenda, from: head.actualStart ?? head.startsAt), notes: notes, decisions: decisions)
        }
    }

    /// The situations in the order of the agenda, each at the time when the agenda comes to it.
    static func slotted(_ cases: [CaseLine], agenda: [AgendaLine], from start: Instant?) -> [CaseLine] {
        let items = agenda.filter { $0.state == "ACCEPTED" }
        let slots = AgendaTimes(items.map { ($0.id, $0.plannedMinutes) }, from: start).slots
        let places = Dictionary(
            zip(items, slots.indices).compactMap { item, place in item.caseID.map { ($0, place) } }, uniquingKeysWith: { first, _ in first }
        )
        let listed = cases.compactMap { line in places[line.id].map { (line, $0) } }.sorted { $0.1 < $1.1 }.map { line, place in
            var line = line
            line.slotStart = slots[place].begins
            line.slotMinutes = slots[place].minutes
            return line
        }
        return listed + cases.filter { places[$0.id] == nil }
    }

    private static let headQuery: SQL = """
        select m.id, m.title, m.meeting_type, m.status, m.starts_at, m.planned_min, m.actual_start, m.actual_end, m.mode,
            concat_ws(', ', r.name, m.place), m.video_url, o.shown_name, m.organiser_id, m.next_meeting_on,
            m.convened_at, m.closed_at, m.sheet_state, m.sheet_locked_at, m.sheet_locked_label, m.sheet_file_id, m.minutes_file_id,
            m.evidence_seq, m.revision, n.status, coalesce(n.body, ''), n.published_at, n.approved_at,
            m.confirm_reason, m.entered_afterwards,
            array(select p.shown_name from facilitation.notice_waiver w
                join kernel.professional p on p.msp_id = w.msp_id and p.id = w.professional_id
                where w.msp_id = $1 and w.meeting_id = $2 order by p.last_name, p.first_name, p.id), o.email, m.cancel_reason
        from facilitation.meeting m
        join kernel.professional o on o.msp_id = m.msp_id and o.id = m.organiser_id
        left join kernel.room r on r.msp_id = m.msp_id and r.id = m.room_id
        left join facilitation.minutes n on n.msp_id = m.msp_id and n.meeting_id = m.id
        where m.msp_id = $1 and m.id = $2
        """

    private static let agendaQuery: SQL = """
        select i.id, i.title, i.kind, p.shown_name, i.planned_min, b.shown_name, i.state,
            c.case_code, i.case_id
        from facilitation.agenda_item i
        left join kernel.professional p on p.msp_id = i.msp_id and p.id = i.presenter_id
        left join kernel.professional b on b.msp_id = i.msp_id and b.id = i.proposed_by_id
        left join facilitation.rcp_case c on c.msp_id = i.msp_id and c.id = i.case_id
        where i.msp_id = $1 and i.meeting_id = $2 and i.archived_at is null
        order by i.position, i.id
        """

    private static let peopleQuery: SQL = """
        select coalesce(v.professional_id, v.guest_id, a.professional_id, a.guest_id), p.id is null,
            coalesce(p.shown_name, g.name),
            coalesce(kernel.profession_at($1, p.id, coalesce(m.actual_start, m.starts_at)) || coalesce(':' || p.civility, ''),
                p.said_profession, g.job, ''), g.organisation,
            v.id, coalesce(v.answer, 'NONE'), v.notified_at is not null, a.state, a.arrived_at, a.left_at, a.minutes,
            a.signature_kind, a.signed_at, coalesce(p.email, g.email), v.mail_state, v.mail_reply
        from (select i.* from facilitation.meeting_invitation i
              where i.msp_id = $1 and i.meeting_id = $2 and i.archived_at is null) v
        full join (select t.* from facilitation.attendance t
                   where t.msp_id = $1 and t.meeting_id = $2 and t.archived_at is null) a
            on coalesce(a.professional_id, a.guest_id) = coalesce(v.professional_id, v.guest_id)
        left join facilitation.meeting m on m.msp_id = $1 and m.id = $2
        left join kernel.professional p on p.msp_id = $1 and p.id = coalesce(v.professional_id, a.professional_id)
        left join facilitation.guest g on g.msp_id = $1 and g.id = coalesce(v.guest_id, a.guest_id)
        order by p.id is null, coalesce(p.last_name, g.name) collate kernel.french, p.first_name collate kernel.french, 1
        """

    private static let casesQuery: SQL = """
        select c.id, c.case_code, c.theme, c.consent, c.initials, p.shown_name, k.slot_min, c.state
        from facilitation.meeting_case k
        join facilitation.rcp_case c on c.msp_id = k.msp_id and c.id = k.case_id
        join kernel.professional p on p.msp_id = c.msp_id and p.id = c.requester_id
        where k.msp_id = $1 and k.meeting_id = $2 and k.archived_at is null
        order by k.created_at, k.id
        """

    private static let notesQuery: SQL = """
        select n.id, n.agenda_item_id, n.kind, n.text, n.created_at
        from facilitation.minutes_note n
        where n.msp_id = $1 and n.meeting_id = $2 and n.archived_at is null
        order by n.created_at, n.id
        """

    private static let decisionsQuery: SQL = """
        select d.id, d.agenda_item_id, d.text, d.kind, p.shown_name, d.due_on, d.follow_up_state, d.task_id
        from facilitation.decision d
        left join kernel.professional p on p.msp_id = d.msp_id and p.id = d.owner_id
        where d.msp_id = $1 and d.meeting_id = $2 and d.archived_at is null
        order by d.created_at, d.id
        """
}
