/// An event with what it carries, described once: who publishes it writes a value, who hears it reads the same value.
public struct Event<Payload: Sendable>: Sendable {
    public let type: EventType
    public let shape: Shape<Payload>

    /// - Parameter sample: what handlers are tested with.
    public init(_ id: String, version: Int = 1, summary: String, _ shape: Shape<Payload>, sample: Payload) {
        type = EventType(id, version: version, summary: summary, sample: shape.write(sample), schema: shape.schema)
        self.shape = shape
    }
}

extension WriteUnit {
    /// Publishes an event: it leaves with the commit, once per subscriber (outbox).
    @discardableResult
    public func publish<Payload: Sendable>(_ event: Event<Payload>, _ payload: Payload) -> Identifier {
        publish(event.type, event.shape.write(payload))
    }
}

extension EventHandler {
    /// Hears an event. A payload that is not of its shape fails, and the event stays in the queue.
    public init<Payload: Sendable>(
        _ event: Event<Payload>, name: String, keepsUp: Bool = false,
        handle: @escaping @Sendable (Payload, EventEnvelope, WriteUnit) async throws -> Void
    ) {
        self.init(event: event.type.id, name: name, keepsUp: keepsUp) { envelope, unit in
            try await handle(try event.shape.read(envelope.payload), envelope, unit)
        }
    }
}

extension ActEvent {
    public init<Payload: Sendable>(
        _ event: Event<Payload>, payload: @escaping @Sendable (ActDone, WriteUnit) async throws -> Payload
    ) {
        self.init(event.type) { act, unit in event.shape.write(try await payload(act, unit)) }
    }
}
