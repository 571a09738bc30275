import Kernel

extension GateRuntime {
    /// Seconds that a write waits for bytes that are just being taken away to be gone.
    private static let patience = 5

    /// Brings what a write wants to the store: notes it, in a transaction of the same caller, then brings the bytes while nothing is
    /// locked. A crash in between leaves a note or bytes that the sweep finds, never a row without bytes.
    /// - Parameter opening: what begins a transaction of the caller.
    func place(_ wanted: FileWanted, opening: [Query]) async throws {
        let note = Query(
            """
            insert into kernel.file_object as o (msp_id, sha256, size, wanted_at) values ($1, $2, $3, $4)
            on conflict (msp_id, sha256) do update set wanted_at = excluded.wanted_at where o.leaving_at is null
            returning o.wanted_at
            """, .id(wanted.msp), .bytes(wanted.digest), .int(wanted.bytes.count), .instant(.now))
        for second in 0...Self.patience {
            let results = try await sharing(wanted.msp) { try await pool.pipeline(opening + [note, Query("commit")]) }
            if results[opening.count].first != nil {
                return try await files.put(wanted.bytes, digest: wanted.digest, of: wanted.msp)
            }
            if second < Self.patience { try await Task.sleep(for: .seconds(1)) }
        }
        throw Refusal(
            status: 503, code: "busy",
            message: "Le même fichier est en cours d’effacement. Rien n’a été enregistré ; réessayez dans quelques minutes.", retryAfter: 60
        )
    }
}
