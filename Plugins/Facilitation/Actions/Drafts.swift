import Kernel

/// Texts begun during a meeting and not yet added to the minutes: each writer's own, under one item.
enum Drafts {
    /// Keeps the text as it stands.
    static func keep(_ text: String, meeting: Identifier, point: LivePage.Point, _ unit: WriteUnit) async throws {
        guard let account = unit.access.account else { return }
        try await unit.one(
            Query(
                """
                insert into kernel.draft as d (msp_id, account_id, form_key, body, updated_at) values ($1, $2, $3, $4::jsonb, $5)
                on conflict (msp_id, account_id, form_key) do update set body = excluded.body, updated_at = excluded.updated_at
                """, .id(unit.msp), .id(account), .text(key(meeting, point)), .json(JSONValue.object([("text", .string(text))]).text),
                .instant(unit.now)))
    }

    /// Forgets it, once it was added or emptied.
    static func forget(meeting: Identifier, point: LivePage.Point, _ unit: WriteUnit) async throws {
        guard let account = unit.access.account else { return }
        try await unit.one(
            Query(
                "delete from kernel.draft where msp_id = $1 and account_id = $2 and form_key = $3", .id(unit.msp), .id(account),
                .text(key(meeting, point))))
    }

    /// All texts begun by the caller in one meeting: rows `point, text`.
    static func query(_ msp: Identifier, _ meeting: Identifier) -> Query {
        Query(
            """
            select split_part(form_key, '/', 3), coalesce(body ->> 'text', '') from kernel.draft
            where msp_id = $1 and account_id = kernel.current_account() and starts_with(form_key, $2)
            """, .id(msp), .text("facilitation.notes/\(meeting)/"))
    }

    private static func key(_ meeting: Identifier, _ point: LivePage.Point) -> String { "facilitation.notes/\(meeting)/\(point.text)" }
}
