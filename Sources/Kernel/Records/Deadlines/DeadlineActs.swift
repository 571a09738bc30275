extension RecordDeadline {
    /// Last parts of the names of its acts in the trail.
    public enum Act: String, Sendable, CaseIterable {
        case done
        case putOff = "put_off"
        case reopen
    }

    /// Name of an act in the trail, after the record's.
    public func action(_ act: Act) -> String { "\(name)_\(act.rawValue)" }

    /// Its acts, as actions of the record: the same lock, right, revision and trace as any other, by page and by program.
    func actions(of record: String, _ permissions: RecordPermissions) -> [RecordAction] {
        guard let permission = acting ?? permissions.update else { return [] }
        let page = "echeances/\(name.replacing("_", with: "-"))"
        let api = "deadlines/\(name.replacing("_", with: "-"))"
        func make(_ act: Act, _ label: String, _ path: String, _ apiPath: String, fields: [RecordField], done: String) -> RecordAction {
            RecordAction(
                action(act), label: label, path: "\(page)/\(path)", apiPath: "\(api)/\(apiPath)", permission: permission,
                from: act == .reopen ? nil : states, fields: fields, isListed: false
            ) { input, unit in
                try await perform(act, of: record, permissions, input, unit)
                return ActionOutcome(done)
            }
        }
        let reopening = make(
            .reopen, "Reprendre l’échéance", "reprendre", "reopen", fields: [], done: "L’échéance court de nouveau.")
        let puttingOff = make(
            .putOff, "Reporter l’échéance", "reporter", "put-off",
            fields: [
                RecordField("put_off_to", .date, label: "Reporter au", required: true),
                RecordField("reason", .text(max: 300), label: "Motif", required: true),
            ], done: "L’échéance est reportée.")
        // What the record's own action does has no second act.
        guard doneBy == nil else { return [puttingOff, reopening] }
        let doing = make(
            .done, "Noter comme fait", "faite", "done", fields: [RecordField("reason", .text(max: 300), label: "Remarque")],
            done: "L’échéance est notée comme faite.")
        return [doing, puttingOff, reopening]
    }

    private func perform(
        _ act: Act, of record: String, _ permissions: RecordPermissions, _ input: ActionInput, _ unit: WriteUnit
    ) async throws {
        // One's own, or those of others with the right to change the record.
        if acting != nil, !(permissions.update.map(unit.access.can) ?? false) {
            guard let owner, let person = unit.access.professional, input.record.id(owner) == person else { throw Refusal.forbidden }
        }
        guard codes.allSatisfy({ field, allowed in input.record.text(field).map(allowed.contains) ?? false }),
            let due = date(input.record, zone: unit.access.msp.timeZone)
        else { throw Refusal.conflict("no_deadline", "Cette échéance ne court pas\u{A0}: il lui manque une date.") }
        let today = unit.access.local(unit.now).date
        let later = input.values.date("put_off_to")
        if act == .putOff, let later, later <= max(due, today) {
            throw Refusal.invalid("put_off_to", "Le report va au-delà de l’échéance et d’aujourd’hui.")
        }
        let key: [Parameter] = [.id(unit.msp), .text(record), .id(input.id), .text(name), .date(due)]
        let stamp: [Parameter] = [.instant(unit.now), .id(unit.access.account)]
        switch act {
        case .done:
            unit.enqueue(
                Query(
                    """
                    insert into kernel.deadline_mark as k (msp_id, record, object_id, deadline, due_on, created_at, created_by, done_on, reason)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    on conflict (msp_id, record, object_id, deadline, due_on) do update set done_on = excluded.done_on,
                        reason = excluded.reason, updated_at = excluded.created_at, updated_by = excluded.created_by
                    """, parameters: key + stamp + [.date(today), .text(input.values.text("reason"))]))
        case .putOff:
            unit.enqueue(
                Query(
                    """
                    insert into kernel.deadline_mark as k
                        (msp_id, record, object_id, deadline, due_on, created_at, created_by, put_off_to, reason)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    on conflict (msp_id, record, object_id, deadline, due_on) do update set put_off_to = excluded.put_off_to, done_on = null,
                        reason = excluded.reason, updated_at = excluded.created_at, updated_by = excluded.created_by
                    """, parameters: key + stamp + [.date(later), .text(input.values.text("reason"))]))
        case .reopen:
            unit.enqueue(
                Query(
                    """
                    update kernel.deadline_mark set done_on = null, put_off_to = null, reason = null, updated_at = $6, updated_by = $7
                    where msp_id = $1 and record = $2 and object_id = $3 and deadline = $4 and due_on = $5
                    """, parameters: key + stamp))
        }
    }
}
