import Kernel

/// Files whose bytes stand outside the rows travel in a folder of their own beside the tables, each under its digest.
extension MspTransfer {
    /// One object that a row refers to.
    struct Kept: Sendable {
        let object: FileObject
        let size: Int
    }

    static func keptOutside(_ msp: Identifier, _ transaction: PostgresTransaction) async throws -> [Kept] {
        try await transaction.run([
            Query("select distinct object, size from kernel.file where msp_id = $1 and object is not null", .id(msp))
        ])[0].map { Kept(object: FileObject(msp: msp, digest: try $0[0]), size: try $0[1]) }
    }

    /// Copies them into the export, each compared with its digest on the way.
    func writeFiles(_ kept: [Kept], of msp: Identifier, into folder: TransferFolder) async throws {
        guard !kept.isEmpty else { return }
        let files = try platform.files()
        let store = try Self.store(in: folder, files)
        for one in kept {
            let file = try await files.open(one.object.digest, size: one.size, of: msp)
            try await Self.told { try await store.put(try await file.bytes(at: 0, count: one.size), as: one.object) }
        }
    }

    /// Brings the files of an export to the store of this installation, before any row of it is here.
    func bringFiles(_ manifest: TransferFolder.Manifest, from folder: TransferFolder, _ pool: PostgresPool) async throws -> Set<FileObject>
    {
        guard manifest.objects > 0 else { return [] }
        let files = try platform.files()
        guard files.target != nil else {
            throw ModuleSetupError([
                "\(manifest.objects) files of the export stood outside the rows: set COLLECTIF_FILES here too (docs/operator/files.md); "
                    + "« collectif files move --to database » brings them into the rows afterwards."
            ])
        }
        try await pool.transaction(opening: [Query("begin read only")]) { transaction, _ in try await Self.refuse(manifest, transaction) }
        let store = try Self.store(in: folder, files)
        var brought: Set<FileObject> = []
        do {
            for object in try await Self.told({ try await store.objects(of: manifest.msp) }) {
                let bytes = try await Self.told { try await store.bytes(of: object) }
                guard Digest.sha256(bytes) == object.digest else {
                    throw ModuleSetupError(["\(object.path) is not the file that was exported: nothing was imported."])
                }
                try await files.put(bytes, digest: object.digest, of: manifest.msp)
                brought.insert(object)
            }
            return brought
        } catch {
            await forgetFiles(brought, of: manifest.msp)
            throw error
        }
    }

    /// Refuses an export whose files are not whole.
    func checkFiles(_ manifest: TransferFolder.Manifest, in folder: TransferFolder) async throws {
        guard manifest.objects > 0 else { return }
        let store = try Self.store(in: folder, try platform.files())
        var whole = 0
        for object in try await Self.told({ try await store.objects(of: manifest.msp) }) {
            if Digest.sha256(try await Self.told { try await store.bytes(of: object) }) == object.digest { whole += 1 }
        }
        guard whole >= manifest.objects else {
            throw ModuleSetupError(["\(folder.path) holds \(whole) of \(manifest.objects) files: export it again. Nothing was removed."])
        }
    }

    /// After rows that were not written: nobody refers to what was brought.
    func forgetFiles(_ brought: Set<FileObject>, of msp: Identifier) async {
        guard !brought.isEmpty, let target = try? platform.files().target else { return }
        try? await target.removeAll(of: msp)
    }

    /// After the rows are gone for good.
    func removeFiles(of msp: Identifier, say: (String) -> Void) async {
        for store in (try? platform.files().stores) ?? [] {
            do throws(StoreFailure) { try await store.removeAll(of: msp) } catch {
                say(
                    "Its files in \(store.word) could not be removed (\(error.detail)): run « collectif files verify --remove-strangers » later."
                )
            }
        }
    }

    private static func store(in folder: TransferFolder, _ files: Files) throws -> FolderStore {
        let root = "\(folder.path)/files"
        try FolderStore.make(root)
        return FolderStore(root: root, threads: files.threads)
    }

    /// A failure of the export's folder, as a sentence.
    private static func told<T>(_ work: () async throws -> T) async throws -> T {
        do { return try await work() } catch let failure as StoreFailure {
            throw ModuleSetupError(["The files of the export: \(failure.detail)."])
        }
    }
}
