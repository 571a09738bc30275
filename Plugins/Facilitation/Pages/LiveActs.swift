import HTML
import Kernel
import KernelUI
import Postgres

/// What is done on the meeting day. Each act is the record's own, as its button and its API route; it answers a script with the
/// piece that changed, and a plain form with the page again.
enum LiveActs {
    // MARK: Start and end

    static func start(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        do {
            let outcome = try await request.write { unit in try await unit.act(MeetingRecord.record, "start", on: id) }
            return .redirect(page(request, id), Message(.done, outcome.message))
        } catch let refusal as Refusal where refusal.faults.first?.field == "other_day" {
            // The act's own form asks it.
            return .redirect("\(request.path(Places.meeting(id)))/\(Acts.start)", Message(.warn, refusal.faults[0].message))
        }
    }

    static func finish(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let outcome = try await request.write { unit in try await unit.act(MeetingRecord.record, "finish", on: id) }
        return .redirect(request.path(Places.meeting(id)), Message(.done, outcome.message))
    }

    // MARK: Presence

    static func presence(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        var reader = FormReader(form)
        guard let person = reader.participant() else { throw reader.refusal }
        let state = form["state"] ?? ""
        do {
            try await note(state, person, of: id, request)
        } catch let refusal as Refusal where refusal.status == 422 && state == "TIMES" && !request.web.isEnhanced {
            // Back where the hours were typed, with what was typed.
            let typed = ["arrived_at", "left_at"].map { "\($0)=\((form[$0] ?? "").filter { "0123456789:".contains($0) }.prefix(5))" }
            let message = refusal.faults.first?.message ?? refusal.message
            return .redirect(
                "\(page(request, id))?personne=\(person.id)&\(typed.joined(separator: "&"))#p-\(person.id)", Message(.stop, message))
        }
        guard request.web.isEnhanced else {
            return .redirect("\(page(request, id))#p-\(person.id)", Message(.done, "Présence enregistrée."))
        }
        return try await LivePage.peopleFragment(request, id)
    }

    private static func note(_ state: String, _ person: Participant, of id: Identifier, _ request: MspRequest) async throws {
        let form = request.web.form
        try await request.write { unit in
            var values = person.values
            switch state {
            case "PRESENT": try await unit.act(MeetingRecord.record, "arrive", on: id, values)
            case "EXCUSED", "ABSENT":
                values["state"] = .text(state)
                try await unit.act(MeetingRecord.record, "excuse", on: id, values)
            case "TIMES": try await correct(id, person, form, unit)
            default: throw Refusal.invalid("state", "Choisissez présent, excusé ou absent.")
            }
        }
    }

    /// Hours of arrival and departure, each on the day it belongs to.
    private static func correct(_ id: Identifier, _ person: Participant, _ form: FormValues, _ unit: WriteUnit) async throws {
        let meeting = try await Meetings.lock(id, unit)
        guard let times = meeting.times else { throw Refusal.conflict("no_date", "Fixez d’abord la date de la réunion.") }
        let zone = unit.access.msp.timeZone
        var reader = FormReader(form)
        let arrived = reader.hour("arrived_at", of: times, zone: zone)
        let left = reader.hour("left_at", of: times, zone: zone)
        try reader.check()
        guard arrived != nil || left != nil else { throw Refusal.invalid("arrived_at", "Indiquez une heure d’arrivée ou de départ.") }
        // The form shows the arrival that is noted: only another one was typed.
        let isShown = try await Presence.isShown(form["arrived_at"], of: person, at: id, unit)
        for (action, field, moment) in [("arrive", "arrived_at", isShown ? nil : arrived), ("leave", "left_at", left)] {
            guard let moment else { continue }
            var values = person.values
            values[field] = .instant(moment)
            try await unit.act(MeetingRecord.record, action, on: id, values)
        }
    }

    // MARK: Notes and decisions

    static func note(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let point = point(request.web.form)
        var reader = FormReader(request.web.form)
        guard let text = reader.text("text", max: Writing.longestNote, required: "Écrivez la note avant de l’ajouter.") else {
            throw reader.refusal
        }
        let (note, access) = try await request.write { unit in
            let outcome = try await unit.act(MeetingRecord.record, "add_note", on: id, point.values(["text": .text(text)]))
            return (outcome.made, unit.access)
        }
        guard request.web.isEnhanced, let note else { return .redirect(page(request, id, point), Message(.done, "Note ajoutée.")) }
        let line = MeetingScreen.NoteLine(id: note, item: point.item, kind: "NOTE", text: text, createdAt: request.web.now)
        return entry(.note(line), access, request, id)
    }

    static func removeNote(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        var reader = FormReader(request.web.form)
        guard let note = reader.id("note") else { throw Refusal.invalid("note", "Indiquez la note à retirer.") }
        _ = try await request.write { unit in
            try await unit.act(MeetingRecord.record, "remove_note", on: id, RecordValues(["note": .id(note)]))
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
        var values = point.values(["text": .text(text), "kind": .text(owner == nil ? "RULE" : "ACTION")])
        if let owner {
            values["owner"] = .id(owner)
            values["due_on"] = FieldValue(due)
        }
        let given = values
        let (line, access) = try await request.write { unit in
            // Locked first, so that a second click waits for the first and finds what it wrote.
            _ = try await Meetings.lock(id, unit)
            if let first = try await repeated(id, point, text, unit) { return (first, unit.access) }
            let outcome = try await unit.act(MeetingRecord.record, "add_decision", on: id, given)
            guard let decision = outcome.made else { throw Refusal.notFound }
            // The note that became the decision has said its word.
            if let source { try await unit.act(MeetingRecord.record, "remove_note", on: id, RecordValues(["note": .id(source)])) }
            return (try await self.written(decision, unit), unit.access)
        }
        let said = line.task == nil ? "Décision enregistrée." : "Décision enregistrée, tâche créée."
        guard request.web.isEnhanced, source == nil else { return .redirect(page(request, id, point), Message(.done, said)) }
        return entry(.decision(line), access, request, id)
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
                select d.id, d.agenda_item_id, d.text, d.kind, p.shown_name, d.due_on, d.follow_up_state, d.task_id
                from facilitation.decision d
                left join kernel.professional p on p.msp_id = d.msp_id and p.id = d.owner_id
                where d.msp_id = $1 and d.id = $2
                """, .id(unit.msp), .id(decision)))
        guard let row = rows.first else { throw Refusal.notFound }
        return try MeetingScreen.DecisionLine(row)
    }
}
