import Kernel

/// Hands events to their handlers, each once: the delivery is noted in the transaction that holds the handler's effects.
struct EventDelivery: Sendable {
    /// By name.
    let handlers: [String: EventHandler]

    /// Hands one event to one handler, inside the transaction of `unit`. A module that is off hears nothing, unless the
    /// handler keeps up with what happens meanwhile.
    func deliver(_ event: Identifier, to name: String, _ unit: WriteUnit) async throws {
        let results = try await unit.run(
            Query(
                "select event, version, occurred_at, payload::text from kernel.outbox where msp_id = $1 and id = $2", .id(unit.msp),
                .id(event)),
            Query(
                "select state from kernel.delivery where msp_id = $1 and event_id = $2 and handler = $3 for update", .id(unit.msp),
                .id(event), .text(name)),
            Query("select kernel.module_state($1)", .text(String(name.prefix { $0 != "." }))))
        guard let row = results[0].first, let delivery = results[1].first else { throw WorkFailure(code: "no_event") }
        guard try delivery[0] as String != "done" else { return }
        guard let handler = handlers[name] else { throw WorkFailure(code: "no_handler") }
        let state: String? = try results[2].first?[0] ?? nil
        if state == "on" || handler.keepsUp {
            let text: String = try row[3]
            let envelope = EventEnvelope(
                id: event, event: try row[0], version: try row[1], occurredAt: try row[2], payload: try JSONValue.parse(text))
            try await handler.handle(envelope, unit)
        }
        unit.enqueue(
            Query(
                """
                update kernel.delivery set state = 'done', done_at = now(), attempts = attempts + 1
                where msp_id = $1 and event_id = $2 and handler = $3
                """, .id(unit.msp), .id(event), .text(name)))
    }

    /// Hands over all that waits for this MSP, inside one transaction, for the demonstration: its scenarios follow one
    /// another and the later ones need what the earlier ones told.
    func deliverAll(_ unit: WriteUnit) async throws {
        let waiting = try await unit.one(
            Query(
                """
                select d.event_id, d.handler from kernel.delivery d join kernel.outbox o on o.msp_id = d.msp_id and o.id = d.event_id
                where d.msp_id = $1 and d.state = 'pending' order by o.occurred_at, d.event_id, d.handler
                """, .id(unit.msp)))
        for row in waiting { try await deliver(try row[0], to: try row[1], unit) }
        // The worker finds these lines done and has nothing left to do for them.
    }
}
