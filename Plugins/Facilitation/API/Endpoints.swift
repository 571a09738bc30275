import Kernel

/// Reading what hangs on a meeting, for programs. Writing goes through the acts of `MeetingRecord`.
enum Endpoints {
    static let all: [EndpointRoute] = [
        list(
            "agenda", permission: Permissions.readMeetings, summary: "Items of the agenda of a meeting, in order.",
            members: [
                ("id", .id), ("title", .itemTitle), ("kind", .text), ("state", .text), ("presenter_id", .optionalID),
                ("proposed_by_id", .optionalID),
                ("planned_min", .optionalInteger), ("case_id", .optionalID), ("outcome", .optionalText),
            ],
            """
            select i.id, i.title, i.kind, i.state, i.presenter_id, i.proposed_by_id, i.planned_min, i.case_id, i.outcome,
                array(select v.professional_id from facilitation.meeting_invitation v
                      where v.msp_id = $1 and v.meeting_id = $2 and v.archived_at is null and v.professional_id is not null) as invited
            from facilitation.agenda_item i
            where i.msp_id = $1 and i.meeting_id = $2 and i.archived_at is null order by i.position, i.id
            """),
        list(
            "invitations", permission: Permissions.readMeetings,
            summary: "People invited to a meeting, what they answered, and whether the mail server took their last mail.",
            members: [
                ("id", .id), ("professional_id", .optionalID), ("guest_id", .optionalID), ("source", .text), ("answer", .text),
                ("answered_at", .optionalInstant), ("notified_at", .optionalInstant), ("mail_kind", .optionalText),
                ("mail_state", .optionalText), ("mail_reply", .optionalText), ("mail_at", .optionalInstant),
            ],
            """
            select id, professional_id, guest_id, source, answer, answered_at, notified_at, mail_kind, mail_state, mail_reply, mail_at
            from facilitation.meeting_invitation
            where msp_id = $1 and meeting_id = $2 and archived_at is null order by created_at, id
            """),
        list(
            "attendance", permission: Permissions.readSheet, summary: "Attendance sheet of a meeting: one line per person.",
            members: [
                ("id", .id), ("professional_id", .optionalID), ("guest_id", .optionalID), ("state", .text), ("mode", .optionalText),
                ("arrived_at", .optionalInstant), ("left_at", .optionalInstant), ("minutes", .optionalInteger),
                ("proxy_to_id", .optionalID), ("signature_kind", .optionalText), ("signed_at", .optionalInstant),
            ],
            """
            select id, professional_id, guest_id, state, mode, arrived_at, left_at, minutes, proxy_to_id, signature_kind, signed_at
            from facilitation.attendance where msp_id = $1 and meeting_id = $2 and archived_at is null order by created_at, id
            """),
        list(
            "notes", permission: Permissions.writeMinutes, summary: "Notes taken during a meeting, in the order of writing.",
            members: [("id", .id), ("agenda_item_id", .optionalID), ("kind", .text), ("text", .text), ("decision_id", .optionalID)],
            """
            select id, agenda_item_id, kind, text, decision_id from facilitation.minutes_note
            where msp_id = $1 and meeting_id = $2 and archived_at is null order by created_at, id
            """),
        list(
            "minutes", permission: Permissions.readMeetings, summary: "State of the minutes of a meeting; empty before the first word.",
            members: [
                ("id", .id), ("status", .text), ("version", .integer), ("submitted_at", .optionalInstant),
                ("published_at", .optionalInstant),
                ("approved_at", .optionalInstant), ("file_id", .optionalID),
            ],
            """
            select id, status, version, submitted_at, published_at, approved_at, file_id from facilitation.minutes
            where msp_id = $1 and meeting_id = $2 and archived_at is null
            """),
        list(
            "cases", permission: Permissions.readCases, summary: "Situations on the programme of a meeting, head only.",
            members: [
                ("id", .id), ("case_id", .id), ("case_code", .text), ("slot_start", .optionalInstant), ("slot_min", .integer),
                ("discussed", .boolean),
            ],
            """
            select k.id, k.case_id, c.case_code,
                coalesce(m.actual_start, m.starts_at) + make_interval(mins => i.before::integer), coalesce(i.planned_min, k.slot_min), k.discussed
            from facilitation.meeting_case k join facilitation.rcp_case c on c.msp_id = k.msp_id and c.id = k.case_id
            join facilitation.meeting m on m.msp_id = k.msp_id and m.id = k.meeting_id
            left join (
                select a.case_id, a.planned_min,
                    sum(coalesce(a.planned_min, 0)) over (order by a.position, a.id) - coalesce(a.planned_min, 0) as before
                from facilitation.agenda_item a
                where a.msp_id = $1 and a.meeting_id = $2 and a.state = 'ACCEPTED' and a.archived_at is null) i on i.case_id = k.case_id
            where k.msp_id = $1 and k.meeting_id = $2 and k.archived_at is null order by i.before nulls last, k.created_at, k.id
            """),
    ]

    /// What a member of a line holds.
    private enum Member: Sendable {
        /// The title of an item, where a situation names itself only to whoever may see situations.
        case itemTitle
        case id, text, integer, boolean, optionalID, optionalText, optionalInteger, optionalInstant

        var schema: JSONValue {
            let (type, format): (String, String?) =
                switch self {
                case .id, .optionalID: ("string", "uuid")
                case .text, .itemTitle, .optionalText: ("string", nil)
                case .integer, .optionalInteger: ("integer", nil)
                case .boolean: ("boolean", nil)
                case .optionalInstant: ("string", "date-time")
                }
            let isOptional =
                switch self {
                case .optionalID, .optionalText, .optionalInteger, .optionalInstant: true
                case .id, .text, .itemTitle, .integer, .boolean: false
                }
            var members: [(String, JSONValue)] = [("type", isOptional ? .array([.string(type), .string("null")]) : .string(type))]
            if let format { members.append(("format", .string(format))) }
            return .object(members)
        }

        func write(_ name: String, _ row: Row, _ index: Int, to access: Access, _ writer: JSONWriter) throws {
            switch self {
            case .itemTitle:
                let kind: String = try row["kind"]
                let invited: [Identifier] = try row["invited"]
                let title: String = try row.decode(index)
                let mayRead = kind != "CASE" || MeetingScreen.showsCases(to: access, invited: invited)
                writer.member(name, mayRead ? title : MeetingScreen.hiddenCase)
            case .id, .optionalID: writer.member(name, (try row.decode(index, as: Identifier?.self))?.description)
            case .text, .optionalText: writer.member(name, try row.decode(index, as: String?.self))
            case .integer, .optionalInteger: writer.member(name, try row.decode(index, as: Int?.self))
            case .boolean: writer.member(name, try row.decode(index, as: Bool?.self))
            case .optionalInstant: writer.member(name, (try row.decode(index, as: Instant?.self))?.iso8601)
            }
        }
    }

    /// `GET meetings/:id/<path>`: `{"items": […]}`. A meeting that is not there is not found, never an empty list (API-01).
    private static func list(
        _ path: String, permission: String, summary: String, members: [(String, Member)], _ sql: SQL
    ) -> EndpointRoute {
        let line = JSONValue.object([
            ("type", .string("object")), ("properties", .object(members.map { ($0.0, $0.1.schema) })),
            ("required", .array(members.map { .string($0.0) })), ("additionalProperties", .bool(false)),
        ])
        let schema = JSONValue.object([
            ("type", .string("object")),
            ("properties", .object([("items", .object([("type", .string("array")), ("items", line)]))])),
            ("required", .array([.string("items")])), ("additionalProperties", .bool(false)),
        ])
        return EndpointRoute(
            .get, "meetings/:id/\(path)", permission: permission, summary: summary, responseSchema: schema
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query("select 1 from facilitation.meeting where msp_id = $1 and id = $2", .id(request.msp.id), .id(id)),
                Query(sql, .id(request.msp.id), .id(id)))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            return try APIResponse.json { writer in
                try writer.object {
                    writer.key("items")
                    try writer.array {
                        for row in reading.results[1] {
                            try writer.object {
                                for (index, member) in members.enumerated() {
                                    try member.1.write(member.0, row, index, to: reading.access, writer)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
