internal import Kernel

/// Takes bytes away that no file needs: those whose write never came to its end, and those whose files were purged.
///
/// First they are marked, in a transaction; a write that wants the same bytes from then on waits. Then they are taken away, while nothing
/// is locked, and last their note goes, which the database refuses while a file refers to it. What a crash leaves is found again.
enum FileSweep {
    /// Far longer than any write that has noted its bytes takes to commit; somebody who looks into a fault has the time, too.
    static let grace = 7
    /// Objects of one round.
    private static let bite = 500
    /// A round ends long before the next one begins: what a later round took away may have been stored again since.
    static let round = Duration.seconds(600)
    private static let pause = 3_600

    static let job = Job("core.sweep_files", everySeconds: pause) { unit in
        try await unit.run(
            Query(
                """
                update kernel.file_object set leaving_at = $2
                where msp_id = $1 and leaving_at is null and sha256 in (
                    select o.sha256 from kernel.file_object o
                    where o.msp_id = $1 and o.wanted_at < $2::timestamptz - make_interval(days => $3)
                        and not exists (select from kernel.file f where f.msp_id = $1 and f.object = o.sha256)
                    limit $4)
                    and wanted_at < $2::timestamptz - make_interval(days => $3)
                """, .id(unit.msp), .instant(unit.now), .int(grace), .int(bite)))
    }

    static func leaving(_ msp: Identifier) -> Query {
        Query("select sha256 from kernel.file_object where msp_id = $1 and leaving_at is not null limit $2", .id(msp), .int(bite))
    }

    static func gone(_ msp: Identifier, _ digests: [[UInt8]]) -> Query {
        Query(
            "delete from kernel.file_object where msp_id = $1 and leaving_at is not null and encode(sha256, 'hex') = any ($2::text[])",
            .id(msp), .texts(digests.map(Digest.hex)))
    }
}

extension Worker {
    /// What was marked goes from the store, then from the database.
    func takeFilesAway(_ msp: Identifier) async throws {
        guard !runtime.files.stores.isEmpty else { return }
        let opening = Self.opening(msp)
        let leaving = try await pool.pipeline(opening + [FileSweep.leaving(msp), Query("commit")])[opening.count]
        var gone: [[UInt8]] = []
        let begun = ContinuousClock.now
        for row in leaving where begun.duration(to: .now) < FileSweep.round {
            let digest: [UInt8] = try row[0]
            // A store that does not answer is asked again at the next round.
            guard await runtime.files.remove(FileObject(msp: msp, digest: digest)) else { break }
            gone.append(digest)
        }
        guard !gone.isEmpty else { return }
        _ = try await pool.pipeline(opening + [FileSweep.gone(msp, gone), Query("commit")])
    }
}
