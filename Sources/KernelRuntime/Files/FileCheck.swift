import Kernel

extension FileCare {
    /// Compares every file with its digest, in the rows and in the stores, and looks for what lies in a store though nothing knows it.
    /// Gives the number of faults.
    /// - Parameter removes: takes away what nothing knows.
    public func verify(msp slug: String?, removingStrangers removes: Bool, say: (String) -> Void) async throws -> Int {
        var (seen, faults) = (0, 0)
        let all = try await msps(slug)
        for (msp, name) in all {
            let rows = try await read(
                msp,
                Query(
                    "select id from kernel.file where msp_id = $1 and content is not null and sha256(content) <> sha256", .id(msp)))
            for row in rows {
                faults += 1
                say("FAULT  \(name) \(try row[0] as Identifier): altered")
            }
            var last: Identifier?
            while true {
                let lines = try await lines(msp, after: last, outside: true)
                for line in lines {
                    seen += 1
                    do { _ = try await files.open(line.digest, size: line.size, of: msp) } catch let refusal as Refusal {
                        faults += 1
                        say("FAULT  \(name) \(line.id): \(refusal.code)")
                    }
                }
                guard let end = lines.last?.id else { break }
                last = end
            }
        }
        let strangers = try await strangers(of: slug == nil ? nil : all.first?.0)
        for (store, object) in strangers {
            if removes { try await Self.told(store) { () throws(StoreFailure) in try await store.remove(object) } }
            say("\(removes ? "gone  " : "note  ") \(store.word) \(object.path): nothing knows it")
        }
        let outside = files.stores.isEmpty ? "no store" : files.stores.map(\.word).joined(separator: " and ")
        say("\(seen) files in \(outside) compared with their digests, \(faults) faults, \(strangers.count) that nothing knows.")
        return faults
    }

    /// What lies in a store without a note in the database: of an MSP that was removed, or after a restore to an earlier moment.
    private func strangers(of msp: Identifier?) async throws -> [(store: any FileStore, object: FileObject)] {
        var found: [(store: any FileStore, object: FileObject)] = []
        for store in files.stores {
            let objects = try await Self.told(store) { () throws(StoreFailure) in try await store.objects(of: msp) }
            for (msp, objects) in Dictionary(grouping: objects, by: \.msp) {
                let known = try await read(
                    msp, Query("select sha256 from kernel.file_object where msp_id = $1", .id(msp))
                ).map { try $0[0] as [UInt8] }
                let set = Set(known)
                found += objects.filter { !set.contains($0.digest) }.map { (store, $0) }
            }
        }
        return found
    }

    /// A few files of the whole installation, whichever: what the doctor looks at.
    func sample(_ count: Int) async throws -> (seen: Int, faults: Int) {
        var (seen, faults) = (0, 0)
        for (msp, _) in try await msps(nil).shuffled().prefix(count) {
            let rows = try await read(
                msp,
                Query(
                    "select sha256, size from kernel.file where msp_id = $1 and object > $2 order by object limit 3", .id(msp),
                    // Wherever this falls, other files follow each time.
                    .bytes(Digest.sha256(Array(Identifier.make().description.utf8)))))
            for row in rows where seen < count {
                seen += 1
                if (try? await files.open(try row[0], size: try row[1], of: msp)) == nil { faults += 1 }
            }
        }
        return (seen, faults)
    }

    private static func told<T>(_ store: any FileStore, _ work: () async throws(StoreFailure) -> T) async throws -> T {
        do throws(StoreFailure) { return try await work() } catch { throw ModuleSetupError(["\(store.word): \(error.detail)"]) }
    }
}
