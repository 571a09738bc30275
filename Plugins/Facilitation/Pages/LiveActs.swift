import HTML
import Kernel
import KernelUI
import Postgres

/// What is done on the meeting day. Each act answers a script with the piece that changed, and a plain form with the page again.
enum LiveActs {
    // MARK: Start and end

    static func start(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let message = try await request.write { unit in
            let meeting = try await Meetings.lock(id, unit)
            let sentence = try await Scheduling.start(meeting, at: nil, unit)
            unit.audit("facilitation.meeting.start", type: "facilitation.meeting", id: id)
            return sentence
        }
        return .redirect(page(request, id), Message(.done, message))
    }

    static func finish(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let message = try await request.write { unit in
            let meeting = try await Meetings.lock(id, unit)
            let sentence = try await Scheduling.finish(meeting, from: nil, to: nil, unit)
            unit.audit("facilitation.meeting.finish", type: "facilitation.meeting", id: id)
            return sentence
        }
        return .redirect(request.path(Places.meeting(id)), Message(.done, message))
    }

    // MARK: Presence

    static func presence(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        var reader = FormReader(form)
        guard let person = reader.participant() else { throw reader.refusal }
        let state = form["state"] ?? ""
        try await request.write { unit in
            let meeting = try await Meetings.lock(id, .shared, unit)
            switch state {
            case "PRESENT": try await Presence.arrive(meeting, person, at: nil, mode: nil, unit)
            case "EXCUSED", "ABSENT": try await Presence.excuse(meeting, person, state: state, unit)
            case "TIMES": try await correct(meeting, person, form, unit)
            default: throw Refusal.invalid("state", "Choisissez présent, excusé ou absent.")
            }
            unit.audit(
                "facilitation.meeting.presence", type: "facilitation.meeting", id: id,
                detail: .object([("participant", .string(person.id.description)), ("state", .string(state))]))
        }
        guard request.web.isEnhanced else {
            return .redirect("\(page(request, id))#p-\(person.id)", Message(.done, "Présence enregistrée."))
        }
        return try await LivePage.peopleFragment(request, id)
    }

    /// Hours of arrival and departure, on the day of the meeting.
    private static func correct(_ meeting: LockedMeeting, _ person: Participant, _ form: FormValues, _ unit: WriteUnit) async throws {
        guard let start = meeting.times?.start else { throw Refusal.conflict("no_date", "Fixez d’abord la date de la réunion.") }
        let zone = unit.access.msp.timeZone
        let day = unit.access.local(start).date
        var reader = FormReader(form)
        let arrived = reader.time("arrived_at", on: day, zone: zone)
        let left = reader.time("left_at", on: day, zone: zone)
        try reader.check()
        guard arrived != nil || left != nil else { throw Refusal.invalid("arrived_at", "Indiquez une heure d’arrivée ou de départ.") }
        if let arrived { try await Presence.arrive(meeting, person, at: arrived, mode: nil, unit) }
        if let left { try await Presence.leave(meeting, person, at: left, unit) }
    }

    // MARK: Notes and decisions

    static func note(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let point = point(request.web.form)
        var reader = FormReader(request.web.form)
        guard let text = reader.text("text", max: 4000, required: "Écrivez la note avant de l’ajouter.") else { throw reader.refusal }
        let (note, access) = try await request.write { unit in
            let meeting = try await Meetings.lock(id, .shared, unit)
            let note = try await Writing.note(meeting, item: point.item, text: text, unit)
            try await Drafts.forget(meeting: id, point: point, unit)
            unit.audit("facilitation.meeting.note", type: "facilitation.meeting", id: id)
            return (note, unit.access)
        }
        guard request.web.isEnhanced else { return .redirect(page(request, id, point), Message(.done, "Note ajoutée.")) }
        let line = MeetingScreen.NoteLine(id: note, item: point.item, kind: "NOTE", text: text, createdAt: request.web.now)
        return entry(.note(line), access, request, id)
    }

    static func removeNote(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        var reader = FormReader(request.web.form)
        guard let note = reader.id("note") else { throw Refusal.invalid("note", "Indiquez la note à retirer.") }
        try await request.write { unit in
            try await Writing.removeNote(try await Meetings.lock(id, .shared, unit), note, unit)
            unit.audit(
                "facilitation.meeting.remove_note", type: "facilitation.meeting", id: id,
                detail: .object([("note", .string(note.description))]))
        }
        return .redirect(page(request, id, point(request.web.form)), Message(.done, "Note retirée."))
    }

    static func decide(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        let point = point(form)
        var reader = FormReader(form)
        let written = reader.text("text", max: 500, required: "Écrivez la décision avant de l’enregistrer.")
        if written?.contains("\n") ?? false { reader.fault("text", "Une décision tient sur une ligne.") }
        let (owner, due, source) = (reader.id("owner"), reader.day("due_on"), reader.id("note"))
        try reader.check()
        guard let text = written else { throw reader.refusal }
        let (line, access) = try await request.write { unit in
            // Exclusive, so that a second click waits for the first and finds what it wrote.
            let meeting = try await Meetings.lock(id, unit)
            if let first = try await repeated(id, point, text, unit) { return (first, unit.access) }
            let situation = try await situation(of: point.item, unit)
            let decision = try await Writing.decide(
                meeting,
                Writing.Decision(
                    text: text, kind: owner == nil ? "RULE" : "ACTION", owner: owner, dueOn: owner == nil ? nil : due, item: point.item,
                    caseID: situation), unit)
            // The note that became the decision has said its word.
            if let source { try await Writing.removeNote(meeting, source, unit) }
            unit.audit(
                "facilitation.meeting.decide", type: "facilitation.meeting", id: id,
                detail: .object([("decision", .string(decision.description))]))
            return (try await self.written(decision, unit), unit.access)
        }
        let said = line.task == nil ? "Décision enregistrée." : "Décision enregistrée, tâche créée."
        guard request.web.isEnhanced, source == nil else { return .redirect(page(request, id, point), Message(.done, said)) }
        return entry(.decision(line), access, request, id)
    }

    /// The text begun under an item, kept while it is written; an empty one is forgotten.
    static func draft(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let point = point(request.web.form)
        var reader = FormReader(request.web.form)
        let text = reader.text("text", max: 4000)
        try reader.check()
        let access = try await request.write { unit in
            _ = try await Meetings.lock(id, .shared, unit)
            if let text {
                try await Drafts.keep(text, meeting: id, point: point, unit)
            } else {
                try await Drafts.forget(meeting: id, point: point, unit)
            }
            return unit.access
        }
        return .fragment(access: access) { _ in }
    }

    // MARK: Shared steps

    private static func page(_ request: MspRequest, _ id: Identifier, _ point: LivePage.Point? = nil) -> String {
        let base = request.path(Places.meeting(id)) + "/seance"
        return point.map { "\(base)?point=\($0.text)#notes" } ?? base
    }

    private static func point(_ form: FormValues) -> LivePage.Point {
        form["point"].flatMap { Identifier($0) }.map { .item($0) } ?? .free
    }

    private static func entry(_ entry: LiveEntry, _ access: Access, _ request: MspRequest, _ id: Identifier) -> PageResponse {
        let base = request.path(Places.meeting(id))
        return .fragment(access: access) { html in html.liveEntry(entry, access: access, base: base, editable: true) }
    }

    /// The situation behind an item of the agenda, so that its decisions follow it.
    private static func situation(of item: Identifier?, _ unit: WriteUnit) async throws -> Identifier? {
        guard let item else { return nil }
        let rows = try await unit.one(
            Query("select case_id from facilitation.agenda_item where msp_id = $1 and id = $2", .id(unit.msp), .id(item)))
        return try rows.first?[0]
    }

    /// The same decision written a moment ago: a second click makes no second task.
    private static func repeated(
        _ meeting: Identifier, _ point: LivePage.Point, _ text: String, _ unit: WriteUnit
    ) async throws -> MeetingScreen.DecisionLine? {
        let rows = try await unit.one(
            Query(
                """
                select id from facilitation.decision
                where msp_id = $1 and meeting_id = $2 and text = $3 and agenda_item_id is not distinct from $4::uuid and created_at > $5
                    and archived_at is null
                limit 1
                """, .id(unit.msp), .id(meeting), .text(text), .id(point.item), .instant(unit.now.adding(seconds: -10))))
        guard let row = rows.first else { return nil }
        return try await written(try row[0], unit)
    }

    private static func written(_ decision: Identifier, _ unit: WriteUnit) async throws -> MeetingScreen.DecisionLine {
        let rows = try await unit.one(
            Query(
                """
                select d.id, d.agenda_item_id, d.text, d.kind, p.first_name || ' ' || p.last_name, d.due_on, d.follow_up_state, d.task_id
                from facilitation.decision d
                left join kernel.professional p on p.msp_id = d.msp_id and p.id = d.owner_id
                where d.msp_id = $1 and d.id = $2
                """, .id(unit.msp), .id(decision)))
        guard let row = rows.first else { throw Refusal.notFound }
        return try MeetingScreen.DecisionLine(row)
    }
}
