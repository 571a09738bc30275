import Kernel
import Logging
import Metrics

/// The files of an installation whose bytes stand outside the rows: new ones go to the first store, all stores are read.
struct Files: FileReader {
    /// Where new bytes go; nil where the rows have them.
    let target: (any FileStore)?
    /// Every store that may have bytes, folders first: they are quick to say that they do not.
    let stores: [any FileStore]
    let logger: Logger
    let threads: WorkQueue

    init(_ places: FilePlaces, environment: [String: String], logger: Logger) {
        // Waiting for a disk is not computing: a few threads, below those that answer.
        let threads = WorkQueue(
            width: 4, limit: 256,
            busy: Refusal(
                status: 503, code: "busy", message: "Beaucoup de fichiers sont demandés en ce moment. Réessayez dans un instant.",
                retryAfter: 5))
        self.threads = threads
        func store(_ place: FilePlaces.Place) -> (any FileStore)? {
            switch place {
            case .rows: nil
            case .folder(let root): FolderStore(root: root, threads: threads)
            case .rclone(let place):
                RcloneStore(
                    place: place, configuration: environment["COLLECTIF_RCLONE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }, threads: threads)
            }
        }
        target = places.places.first.flatMap(store)
        stores = places.places.sorted { $0.word == "folder" && $1.word != "folder" }.compactMap(store)
        self.logger = logger
    }

    /// What a write begins with.
    var placed: PlacedFiles { target == nil ? .inRows : .outside }

    func store(_ word: String) -> (any FileStore)? { stores.first { $0.word == word } }

    // MARK: Reading

    func open(_ digest: [UInt8], size: Int, of msp: Identifier) async throws -> any OpenFile {
        let object = FileObject(msp: msp, digest: digest)
        var worst = stores.isEmpty ? FileFault.away : .missing
        var failures: [(failure: StoreFailure, store: any FileStore)] = []
        for store in stores {
            do throws(StoreFailure) {
                let file = try await store.open(object, size: size)
                for (failure, store) in failures where failure.fault == .altered {
                    note(failure, "a file is altered in one store and whole in the next", store)
                    Self.count(.altered)
                }
                return file
            } catch {
                failures.append((error, store))
                if error.fault == .altered || error.fault == .away && worst == .missing { worst = error.fault }
            }
        }
        for (failure, store) in failures { note(failure, "a file cannot be read", store) }
        throw refusal(worst)
    }

    func refusal(_ fault: FileFault) -> Refusal {
        Self.count(fault)
        switch fault {
        case .altered:
            return .conflict("altered", "Ce fichier ne correspond plus à son empreinte. Prévenez l’exploitant du service.")
        case .missing:
            return Refusal(
                status: 503, code: "file_missing", message: "Ce fichier manque au dépôt des fichiers. Prévenez l’exploitant du service.")
        case .away:
            return Refusal(
                status: 503, code: "files_away",
                message: "Le dépôt des fichiers ne répond pas en ce moment. Réessayez dans quelques minutes.", retryAfter: 30)
        }
    }

    // MARK: Writing

    /// Brings bytes to the store, outside of any transaction.
    func put(_ bytes: [UInt8], digest: [UInt8], of msp: Identifier) async throws {
        guard let target else { return }
        do throws(StoreFailure) { try await target.put(bytes, as: FileObject(msp: msp, digest: digest)) } catch {
            note(error, "a file cannot be stored", target)
            Self.count(.away)
            throw Refusal(
                status: 503, code: "files_away",
                message: "Le dépôt des fichiers ne répond pas en ce moment. Rien n’a été enregistré ; réessayez dans quelques minutes.",
                retryAfter: 30)
        }
    }

    /// Takes bytes away from every store; false when one did not answer.
    func remove(_ object: FileObject) async -> Bool {
        var isGone = true
        for store in stores {
            do throws(StoreFailure) { try await store.remove(object) } catch {
                note(error, "a file cannot be removed", store)
                isGone = false
            }
        }
        return isGone
    }

    // MARK: Telling

    private func note(_ failure: StoreFailure, _ what: String, _ store: any FileStore) {
        logger.warning(
            "\(what)", metadata: ["store": "\(store.word)", "fault": "\(failure.fault.rawValue)", "detail": "\(failure.detail)"])
    }

    private static let counters = Dictionary(
        uniqueKeysWithValues: FileFault.allCases.map {
            ($0, Counter(label: "collectif_file_faults_total", dimensions: [("fault", $0.rawValue)]))
        })

    private static func count(_ fault: FileFault) { counters[fault]?.increment() }

    /// So that each figure is there, at nought, before something goes wrong.
    static func showFigures() { for counter in counters.values { counter.increment(by: 0) } }
}

extension Platform {
    /// Where this installation has the bytes of its files. What is wrong with the setting, `SettingsCheck` said before.
    func files() throws(ModuleSetupError) -> Files {
        guard let places = FilePlaces(environment.values["COLLECTIF_FILES"] ?? "") else {
            throw ModuleSetupError(["COLLECTIF_FILES cannot be read: \(FilePlaces.shape)"])
        }
        return Files(places, environment: environment.values, logger: logger)
    }

    /// Refuses to start where files could not be kept. An object storage may be away for a while: people work on without it.
    func examineFiles(_ files: Files) async throws {
        for store in files.stores {
            guard let fault = await store.fault() else { continue }
            guard store is RcloneStore, ProgramSearch.exists("rclone") else { throw ModuleSetupError(["COLLECTIF_FILES: \(fault)"]) }
            logger.warning("the store of files does not answer", metadata: ["detail": "\(fault)"])
        }
    }
}
