import Kernel

/// What the database refused, in French and without data. The rules are in the declaration; this is the net below them.
enum ConstraintFaults {
    /// The refusal for a constraint of this record's table; the error itself otherwise.
    static func explained(_ error: PostgresError, _ record: RecordType) -> any Error {
        guard let state = error.sqlState else { return error }
        let field = self.field(error.constraint, record)
        let fault = { (message: String) -> any Error in
            guard let field else { return Refusal.invalid("", message) }
            return Refusal.invalid(field.name, message)
        }
        switch state {
        case .uniqueViolation:
            return Refusal(
                status: 409, code: "duplicate",
                message: field.map { "Cette valeur de « \($0.label) » est déjà utilisée dans votre structure." }
                    ?? "Un élément identique existe déjà dans votre structure.",
                faults: field.map { [FieldFault($0.name, "Cette valeur est déjà utilisée.")] } ?? [])
        case .foreignKeyViolation: return fault("L’élément choisi n’existe pas, ou n’existe plus, dans votre structure.")
        case .checkViolation, .exclusionViolation: return fault("Cette valeur n’est pas acceptée par les règles de la structure.")
        case .notNullViolation: return fault("Une information obligatoire manque.")
        case .stringDataRightTruncation, .numericOutOfRange, .datetimeFieldOverflow, .invalidTextRepresentation, .characterNotInRepertoire:
            return fault("Une valeur n’a pas le format attendu.")
        default: return error
        }
    }

    /// PostgreSQL names a constraint after its table and columns: `meeting_title_check`, `meeting_msp_id_rpps_key`.
    static func field(_ constraint: String?, _ record: RecordType) -> RecordField? {
        guard let constraint else { return nil }
        let parts = constraint.split(separator: "_")
        let matches = record.fields.filter { field in
            let words = field.column.split(separator: "_")
            return parts.indices.contains { start in parts[start...].starts(with: words) }
        }
        // The longest name wins: `site_room_id` before `site`.
        return matches.max { $0.column.utf8.count < $1.column.utf8.count }
    }

    /// Runs a write and explains what the database refused.
    static func explaining<T>(_ record: RecordType, _ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as PostgresError {
            throw explained(error, record)
        }
    }
}
