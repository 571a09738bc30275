@_spi(Runtime) internal import Kernel

/// Trying a mail again, giving one up: the same acts from the page and by a program.
enum MailActs {
    /// The mail as it stands; never one of another MSP.
    static func found(_ id: Identifier, _ unit: WriteUnit) async throws -> MailLine {
        guard let row = try await unit.one(MailLine.one(unit.msp, id)).first else { throw Refusal.notFound }
        let line = try MailLine(row: row)
        return try MailLine.completed([line], try await unit.one(MailLine.work(unit.msp, [line])))[0]
    }

    /// A mail that waits for its next try leaves at once.
    static func retry(_ id: Identifier, _ digest: [UInt8], _ unit: WriteUnit) async throws -> MailLine {
        let line = try await found(id, unit)
        if line.state == .sent { throw accepted }
        if line.state.hasFailed {
            throw Refusal.conflict(
                "body_gone",
                "Le contenu d’un message non distribué n’est pas gardé\u{A0}: corrigez l’adresse et renvoyez-le depuis la page qui l’a écrit."
            )
        }
        let isDue: Bool = try await unit.one(
            Query("select kernel.retry_mail($1, $2, $3)", .id(unit.msp), .bytes(digest), .id(id))
        ).scalar()
        guard isDue else { throw leaving }
        unit.audit("core.mail.retry", type: "core.mail", id: id)
        return try await found(id, unit)
    }

    /// Gives up a mail that waits, which its module is told; puts away one that failed.
    static func discard(_ id: Identifier, _ digest: [UInt8], _ unit: WriteUnit) async throws -> MailLine {
        let line = try await found(id, unit)
        if line.state == .sent { throw accepted }
        guard line.discarded == nil else { return line }
        let done = try await unit.one(
            Query("select kernel.discard_mail($1, $2, $3)", .id(unit.msp), .bytes(digest), .id(id))
        ).scalar(as: Bool?.self)
        guard done != nil else { throw leaving }
        if line.state == .queued { try await tell(id, unit) }
        unit.audit("core.mail.discard", type: "core.mail", id: id)
        return try await found(id, unit)
    }

    /// Tells the module that wrote it that it will not arrive, as the worker does.
    private static func tell(_ id: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query("select about_type, about_id from kernel.mail where msp_id = $1 and id = $2", .id(unit.msp), .id(id)))
        guard let row = rows.first, let type: String = try row[0], let about: Identifier = try row[1] else { return }
        unit.publish(MailOutcome.event, MailAnswer(mail: id, type: type, about: about, outcome: .unreachable, reply: nil, at: unit.now))
    }

    private static let accepted = Refusal.conflict("sent", "Ce message a déjà été accepté par le serveur de messagerie.")
    private static let leaving = Refusal.conflict("sending", "Ce message est en cours d’envoi\u{A0}: attendez de savoir s’il est accepté.")
}
