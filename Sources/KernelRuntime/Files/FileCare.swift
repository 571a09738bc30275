import Kernel

/// What the operator does with the files of an installation: moves them from one place to another, and looks at each of them.
public struct FileCare: Sendable {
    let platform: Platform
    let files: Files
    let pool: PostgresPool

    /// Files of one round.
    private static let bite = 48
    /// Files on their way at one time.
    private static let atOnce = 4

    /// A file as its row tells it.
    struct Line: Sendable {
        let id: Identifier
        let size: Int
        let digest: [UInt8]
        let isOutside: Bool
    }

    /// Does one thing as the owner of the database.
    public static func run<T>(_ platform: Platform, _ act: (FileCare) async throws -> T) async throws -> T {
        let pool = try platform.ownerPool()
        do {
            let value = try await act(FileCare(platform: platform, files: try platform.files(), pool: pool))
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    // MARK: Moving

    /// Brings every file of one MSP, or of all, to one place. Each is compared with its digest where it arrives before its row says so;
    /// cut off, it goes on where it was.
    public func move(to word: String, msp slug: String?, say: (String) -> Void) async throws {
        guard word == "database" || files.store(word) != nil else {
            throw ModuleSetupError(["COLLECTIF_FILES names no place « \(word) »: add it there first, the place for new files in front."])
        }
        guard (files.target?.word ?? "database") == word else {
            throw ModuleSetupError([
                "New files go elsewhere: name « \(word) » first in COLLECTIF_FILES, start the servers and the worker again, then move."
            ])
        }
        for (msp, name) in try await msps(slug) {
            // Whatever the target has of this MSP: the rest need not be looked for there.
            var there: Set<FileObject> = []
            if let target = files.store(word) {
                do throws(StoreFailure) { there = Set(try await target.objects(of: msp)) } catch { throw files.refusal(error.fault) }
            }
            var (moved, failed, last) = (0, 0, Identifier?.none)
            while true {
                let lines = try await lines(msp, after: last, outside: nil)
                for start in stride(from: 0, to: lines.count, by: Self.atOnce) {
                    for outcome in await move(lines[start..<min(start + Self.atOnce, lines.count)], of: msp, to: word, there) {
                        switch outcome.result {
                        case .success(true): moved += 1
                        case .success(false): break
                        case .failure(let error):
                            failed += 1
                            say("FAULT  \(name) \(outcome.id): \((error as? Refusal)?.code ?? "\(error)")")
                        }
                    }
                }
                last = lines.last?.id
                if lines.count < Self.bite { break }
            }
            if moved > 0 || failed > 0 { say("\(name): \(moved) files moved to \(word), \(failed) could not be.") }
            guard failed == 0 else { throw ModuleSetupError(["Some files could not be moved: the others stand where they should."]) }
        }
    }

    private func move(
        _ lines: ArraySlice<Line>, of msp: Identifier, to word: String, _ there: Set<FileObject>
    ) async -> [(id: Identifier, result: Result<Bool, any Error>)] {
        await withTaskGroup(of: (id: Identifier, result: Result<Bool, any Error>).self) { group in
            for line in lines {
                group.addTask {
                    do { return (line.id, .success(try await move(line, of: msp, to: word, there))) } catch {
                        return (line.id, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// True when it was moved, false when it is there already.
    private func move(_ line: Line, of msp: Identifier, to word: String, _ there: Set<FileObject>) async throws -> Bool {
        guard let target = files.store(word) else { return try await moveIntoRow(line, of: msp) }
        let object = FileObject(msp: msp, digest: line.digest)
        if line.isOutside, there.contains(object), (try? await target.open(object, size: line.size)) != nil { return false }
        let bytes =
            try await line.isOutside
            ? files.open(line.digest, size: line.size, of: msp).bytes(at: 0, count: line.size) : content(line.id, of: msp)
        guard
            try await update(
                msp,
                Query(
                    """
                    insert into kernel.file_object as o (msp_id, sha256, size, wanted_at) values ($1, $2, $3, $4)
                    on conflict (msp_id, sha256) do update set wanted_at = excluded.wanted_at where o.leaving_at is null
                    """, .id(msp), .bytes(line.digest), .int(line.size), .instant(.now)))
        else { throw Refusal.conflict("leaving", "The same bytes are being taken away.") }
        try await files.put(bytes, digest: line.digest, of: msp)
        // Read back from where it stands now.
        do throws(StoreFailure) { _ = try await target.open(object, size: line.size) } catch { throw files.refusal(error.fault) }
        guard line.isOutside else {
            return try await update(
                msp,
                Query(
                    "update kernel.file set content = null, object = sha256 where msp_id = $1 and id = $2 and object is null", .id(msp),
                    .id(line.id)))
        }
        for store in files.stores where store.word != word { try? await store.remove(object) }
        return true
    }

    /// The constraint of the row compares the bytes with the digest; what then nobody needs, the sweep takes away.
    private func moveIntoRow(_ line: Line, of msp: Identifier) async throws -> Bool {
        guard line.isOutside else { return false }
        let bytes = try await files.open(line.digest, size: line.size, of: msp).bytes(at: 0, count: line.size)
        return try await update(
            msp,
            Query(
                "update kernel.file set content = $3, object = null where msp_id = $1 and id = $2 and object is not null", .id(msp),
                .id(line.id), .bytes(bytes)))
    }

    private func content(_ id: Identifier, of msp: Identifier) async throws -> [UInt8] {
        let rows = try await read(msp, Query("select content from kernel.file where msp_id = $1 and id = $2", .id(msp), .id(id)))
        guard let row = rows.first, let bytes: [UInt8] = try row[0] else { throw Refusal.notFound }
        return bytes
    }

    // MARK: Steps

    func msps(_ slug: String?) async throws -> [(Identifier, String)] {
        let found = try await pool.run(
            Query(
                "select id, slug from kernel.organisation where kind = 'MSP' and ($1::text is null or slug = $1) order by slug", .text(slug)
            ))
        if let slug, found.isEmpty { throw ModuleSetupError(["No MSP has the slug \(slug)."]) }
        return try found.map { (try $0[0], try $0[1]) }
    }

    /// The next files of an MSP, in the order of their ids.
    func lines(_ msp: Identifier, after: Identifier?, outside: Bool?) async throws -> [Line] {
        try await read(
            msp,
            Query(
                """
                select id, size, sha256, object is not null from kernel.file
                where msp_id = $1 and ($2::uuid is null or id > $2) and ($3::boolean is null or (object is not null) = $3)
                order by id limit $4
                """, .id(msp), .id(after), .bool(outside), .int(Self.bite))
        ).map { Line(id: try $0[0], size: try $0[1], digest: try $0[2], isOutside: try $0[3]) }
    }

    func read(_ msp: Identifier, _ query: Query) async throws -> ResultSet {
        try await pool.pipeline([Query("begin read only"), Self.context(msp), query, Query("commit")])[2]
    }

    /// True when a row was changed.
    private func update(_ msp: Identifier, _ query: Query) async throws -> Bool {
        try await pool.pipeline([Query("begin"), Self.context(msp), query, Query("commit")])[2].affectedRows > 0
    }

    private static func context(_ msp: Identifier) -> Query { Query("select kernel.transfer_begin($1)", .id(msp)) }
}
