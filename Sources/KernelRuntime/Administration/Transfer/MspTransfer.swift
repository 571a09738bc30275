import Kernel

/// One MSP leaves an installation and enters another, with counts, digests and chains proven at each step.
///
/// The tables and their columns come from the catalogue of the database (kernel.transfer_tables), so that a new module is carried
/// as it is.
public struct MspTransfer: Sendable {
    let platform: Platform

    public init(platform: Platform) { self.platform = platform }

    // MARK: Doors

    /// Closes the doors of an MSP to everybody, or opens them again: closed, it can be exported at rest.
    public func setOpen(_ slug: String, _ isOpen: Bool, say: (String) -> Void) async throws {
        let pool = try platform.ownerPool()
        let msp = try await find(slug, pool)
        let results = try await pool.pipeline([
            Query("begin"),
            Query(
                "update kernel.organisation set archived_at = case when $2 then null else now() end where id = $1 and kind = 'MSP'",
                .id(msp), .bool(isOpen)),
            Query(
                "select kernel.append_platform_audit($1, 'done', null, $2)",
                .text(isOpen ? "core.organisation.open" : "core.organisation.close"), .id(msp)),
            Query("commit"),
            Query("select count(*) from kernel.work where organisation_id = $1 and state = 'pending' and due_at <= now()", .id(msp)),
        ])
        await pool.close()
        let pending: Int = try results[4][0][0]
        say("\(slug) is \(isOpen ? "open" : "closed"); \(pending) pieces of its work are due.")
    }

    // MARK: Export

    /// Writes one MSP into a new folder, from one snapshot.
    public func export(_ slug: String, to path: String, say: (String) -> Void) async throws {
        let pool = try platform.ownerPool()
        let msp = try await find(slug, pool)
        let folder = try TransferFolder.make(path)
        var (manifest, kept) = try await pool.transaction(opening: Self.snapshot(msp)) { transaction, _ in
            var tables: [TransferFolder.Table] = []
            let state = try await Self.state(msp, transaction)
            for table in state.tables {
                _ = try await transaction.run([Query("select kernel.transfer_open($1, $2)", .id(msp), .text(table.name))])
                let written = try await folder.write(table.name) {
                    try await transaction.run([Query("fetch 8 from transfer")])[0].map { try $0[0] as String }
                }
                _ = try await transaction.run([Query("close transfer")])
                guard written.rows == table.rows else { throw ModuleSetupError(["\(table.name): \(written.rows) of \(table.rows) rows."]) }
                tables.append(.init(name: table.name, rows: table.rows, digest: table.digest, file: written.digest))
            }
            var people = try await transaction.run([Query("select line from kernel.transfer_people($1)", .id(msp))])[0].map {
                try $0[0] as String
            }
            let count = people.count
            let file = try await folder.write("people") {
                defer { people = [] }
                return people
            }
            return (
                TransferFolder.Manifest(
                    msp: msp, slug: state.slug, name: state.name, schema: state.schema, tables: tables, people: count,
                    peopleFile: file.digest, chains: state.chains), try await Self.keptOutside(msp, transaction)
            )
        }
        manifest.objects = kept.count
        try await writeFiles(kept, of: msp, into: folder)
        try folder.write(manifest)
        _ = try await pool.pipeline([Query("select kernel.append_platform_audit('core.organisation.export', 'done', null, $1)", .id(msp))])
        await pool.close()
        say(told("exported", manifest))
    }

    // MARK: Import

    /// Reads a folder into this installation: all of it or nothing, and only when every count, digest and chain is the exported one.
    public func `import`(_ path: String, say: (String) -> Void) async throws {
        let folder = TransferFolder(path: path)
        let manifest = try folder.manifest()
        let pool = try platform.ownerPool()
        let brought = try await bringFiles(manifest, from: folder, pool)
        do { try await enter(manifest, folder, brought, pool, say: say) } catch {
            await forgetFiles(brought, of: manifest.msp)
            throw error
        }
        await pool.close()
    }

    /// The rows of an export, whose files stand in the store already.
    private func enter(
        _ manifest: TransferFolder.Manifest, _ folder: TransferFolder, _ brought: Set<FileObject>, _ pool: PostgresPool,
        say: (String) -> Void
    ) async throws {
        let renamed = try await pool.transaction(opening: [
            Query("begin"), Query("select kernel.transfer_begin($1)", .id(manifest.msp)),
            Query("create temporary table transferred (line text) on commit drop"),
        ]) { transaction, _ in
            try await Self.refuse(manifest, transaction)
            let known = Set(manifest.tables.map(\.name))
            let order = try await transaction.run([Query(Self.tables)])[0].map { try $0[0] as String }
            guard Set(order) == known else { throw Self.otherVersion }
            var people: [String] = []
            try await folder.read("people", digest: manifest.peopleFile) { people += $0 }
            var renamed = JSONValue.object([])
            for name in order {
                guard let table = manifest.tables.first(where: { $0.name == name }) else { throw Self.otherVersion }
                try await folder.read(name, digest: table.file) { lines in
                    _ = try await transaction.run([Query("insert into pg_temp.transferred select unnest($1::text[])", .texts(lines))])
                }
                let written: Int = try await transaction.run([
                    Query("select kernel.transfer_fill($1, $2, $3::jsonb)", .id(manifest.msp), .text(name), .json(renamed.text))
                ])[0][0][0]
                guard written == table.rows else { throw ModuleSetupError(["\(name): \(written) of \(table.rows) rows."]) }
                // Accounts stand between the organisation that owns them and the memberships that tie them.
                if name == order.first {
                    let ids: String = try await transaction.run([
                        Query("select kernel.transfer_admit($1, $2)::text", .id(manifest.msp), .texts(people))
                    ])[0][0][0]
                    renamed = try JSONValue.parse(ids)
                }
            }
            let state = try await Self.state(manifest.msp, transaction)
            let isRenamed = !(renamed.objectValue ?? []).isEmpty
            for (here, there) in zip(state.tables.sorted { $0.name < $1.name }, manifest.tables.sorted { $0.name < $1.name }) {
                let isSame = here.digest == there.digest || isRenamed && Self.tiesAccounts.contains(here.name)
                guard here.name == there.name, here.rows == there.rows, isSame else {
                    throw ModuleSetupError(["\(there.name) is not what was exported: nothing was imported."])
                }
            }
            guard state.chains == manifest.chains else { throw ModuleSetupError(["The chains do not end as exported."]) }
            guard try await Self.keptOutside(manifest.msp, transaction).allSatisfy({ brought.contains($0.object) }) else {
                throw ModuleSetupError(["A file of the export is missing in its folder: nothing was imported."])
            }
            transaction.enqueue(
                Query("select kernel.append_platform_audit('core.organisation.import', 'done', null, $1)", .id(manifest.msp)))
            return renamed.objectValue?.count ?? 0
        }
        say(told("imported", manifest))
        if renamed > 0 { say("\(renamed) people have an account here already, under the same address: they keep it.") }
    }

    /// Tables whose rows name an account that may have another id here.
    private static let tiesAccounts: Set<String> = ["kernel.membership"]

    static func refuse(_ manifest: TransferFolder.Manifest, _ transaction: PostgresTransaction) async throws {
        let results = try await transaction.run([
            Query(schema),
            Query("select slug from kernel.organisation where id = $1 or slug = $2", .id(manifest.msp), .text(manifest.slug)),
        ])
        guard try results[0][0][0] as String == manifest.schema else { throw otherVersion }
        if let row = results[1].first {
            throw ModuleSetupError(["This installation has an MSP of that id or address already (\(try row[0] as String))."])
        }
    }

    private static let otherVersion = ModuleSetupError([
        "The export was made by another version: bring both installations to the same one (`collectif migrate`), then export again."
    ])

    // MARK: Removal

    /// Removes an MSP, if a folder holds it as it stands at this moment: every count, every digest, both chains.
    public func remove(_ slug: String, exportedTo path: String, say: (String) -> Void) async throws {
        let folder = TransferFolder(path: path)
        let manifest = try folder.manifest()
        let pool = try platform.ownerPool()
        let msp = try await find(slug, pool)
        guard msp == manifest.msp else { throw ModuleSetupError(["\(path) holds \(manifest.slug), not \(slug)."]) }
        for table in manifest.tables { try await folder.read(table.name, digest: table.file) { _ in } }
        try await checkFiles(manifest, in: folder)
        let rows = try await pool.transaction(opening: [Query("begin isolation level repeatable read")] + Self.snapshot(msp).dropFirst()) {
            transaction, _ in
            let closed = try await transaction.run([
                Query("select archived_at is not null from kernel.organisation where id = $1 for update", .id(msp))
            ])[0]
            guard try closed.first?[0] as Bool? == true else {
                throw ModuleSetupError(["\(slug) is open: close it first (`collectif msp close \(slug)`), then export it again."])
            }
            let state = try await Self.state(msp, transaction)
            let same = state.tables.map { ($0.name, $0.rows, $0.digest) }
            let wanted = manifest.tables.map { ($0.name, $0.rows, $0.digest) }
            guard same.elementsEqual(wanted, by: ==), state.chains == manifest.chains else {
                throw ModuleSetupError(["\(slug) has changed since it was exported to \(path): export it again. Nothing was removed."])
            }
            let removed = try await transaction.run([
                Query("select name, amount from kernel.transfer_remove($1)", .id(msp)),
                Query(
                    "select kernel.append_platform_audit('core.organisation.remove', 'done', null, $1, null, jsonb_build_object('slug', $2::text))",
                    .id(msp), .text(slug)),
            ])[0]
            return try removed.reduce(0) { try $0 + ($1[1] as Int) }
        }
        await pool.close()
        await removeFiles(of: msp, say: say)
        say("\(slug) removed: \(rows) rows. Accounts stay, with what other organisations know of these people.")
    }

    // MARK: What both sides compute

    private static let tables: SQL =
        "select name from kernel.transfer_tables() where fate = 'moves' order by place, name <> 'kernel.organisation', name"
    private static let schema: SQL = """
        select encode(sha256(convert_to(string_agg(concat_ws(' ', module, name, checksum), ',' order by module, name), 'UTF8')), 'hex')
        from kernel.schema_migration
        """

    private static func snapshot(_ msp: Identifier) -> [Query] {
        [Query("begin isolation level repeatable read read only"), Query("select kernel.transfer_begin($1)", .id(msp))]
    }

    /// What an MSP is made of at this moment; throws when a chain is broken.
    private static func state(_ msp: Identifier, _ transaction: PostgresTransaction) async throws -> TransferFolder.Manifest {
        let results = try await transaction.run([
            Query("select slug, name from kernel.organisation where id = $1", .id(msp)), Query(schema), Query(tables),
            Query(
                """
                select 'audit', seq, fault from kernel.verify_audit($1)
                union all select 'evidence', seq, fault from kernel.verify_evidence($1)
                """, .id(msp)),
            Query("select chain, seq, encode(hash, 'hex') from kernel.chain_head where msp_id = $1 order by chain", .id(msp)),
        ])
        guard results[3].isEmpty else {
            throw ModuleSetupError(
                try results[3].map { "\(try $0[0] as String): entry \(try $0[1] as Int): \(try $0[2] as String)" })
        }
        var found: [TransferFolder.Table] = []
        for row in results[2] {
            let name: String = try row[0]
            let digest = try await transaction.run([
                Query("select amount, digest from kernel.transfer_digest($1, $2)", .id(msp), .text(name))
            ])[0][0]
            found.append(.init(name: name, rows: try digest[0], digest: try digest[1], file: ""))
        }
        return TransferFolder.Manifest(
            msp: msp, slug: try results[0][0][0], name: try results[0][0][1], schema: try results[1][0][0], tables: found, people: 0,
            peopleFile: "", chains: try results[4].map { .init(name: try $0[0], seq: try $0[1], hash: try $0[2]) })
    }

    private func find(_ slug: String, _ pool: PostgresPool) async throws -> Identifier {
        let rows = try await pool.pipeline([Query("select id from kernel.organisation where slug = $1 and kind = 'MSP'", .text(slug))])[0]
        guard let row = rows.first else { throw ModuleSetupError(["No MSP has the slug \(slug)."]) }
        return try row[0]
    }

    private func told(_ act: String, _ manifest: TransferFolder.Manifest) -> String {
        let chains = manifest.chains.map { "\($0.name) \($0.seq)" }.joined(separator: ", ")
        return
            "\(manifest.slug) \(act): \(manifest.tables.count) tables, \(manifest.rows) rows, \(manifest.people) people, \(manifest.objects) files; chains \(chains)."
    }
}
