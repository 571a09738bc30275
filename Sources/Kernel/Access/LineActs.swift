/// Changes the lines of one record from code: a hand-made screen, or an act of the record.
///
/// Inside an act of the same record the right to that act and its states are enough, and the changes stand in its entry of the trail, under
/// its revision. Elsewhere each change asks what the buttons ask, raises the revision and leaves an entry. Read-only fields may be given.
public struct LineWriter: Sendable {
    let unit: WriteUnit
    let record: String
    let name: String
    let parent: Identifier
    let permission: String?

    /// Every line as it stands, in order.
    public func all() async throws -> [Line] { try await unit.acts.lines(name, of: record, parent, unit) }

    /// Adds a line at the end; fields that are not given take their defaults.
    @discardableResult
    public func add(_ values: RecordValues, id: Identifier? = nil) async throws -> Identifier {
        let id = id ?? Identifier.make(at: unit.now)
        try await write(.add(id, values))
        return id
    }

    /// Changes some fields of a line. Nothing to change leaves no trace.
    public func change(_ line: Identifier, _ values: RecordValues) async throws { try await write(.change(line, values)) }

    /// Moves a line to a place, 1 for the first.
    public func move(_ line: Identifier, to place: Int) async throws { try await write(.move(line, to: place)) }

    /// Takes a line off.
    public func remove(_ line: Identifier) async throws { try await write(.remove(line)) }

    private func write(_ change: LineWrite) async throws {
        try await unit.acts.write(change, lines: name, of: record, parent, under: permission, unit)
    }
}

extension WriteUnit {
    /// The lines of a record.
    /// - Parameter permission: the right of the screen where it is not that of the lines' buttons.
    public func lines(_ record: RecordType, _ name: String, of parent: Identifier, under permission: String? = nil) -> LineWriter {
        LineWriter(unit: self, record: record.id, name: name, parent: parent, permission: permission)
    }
}
