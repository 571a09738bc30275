public import Kernel

/// What the kernel itself shows of one MSP: its team, places, tasks, access, rights and ledgers. Never switched off.
public struct CoreModule: MissionModule {
    public static let manifest = ModuleManifest(
        id: "core", path: "structure", label: "Administration",
        summary: "L’équipe, les lieux, les tâches, les accès, les droits et les registres de la structure.", version: "0.1.0",
        stability: .preview,
        weight: 1_000)

    public init(host: ModuleHost) throws(ModuleSetupError) {}

    public func contributions() -> ModuleContributions { Self.contributions(ModuleDirectory([])) }

    /// The same modules, with the pages of `core` that speak of all of them: rights, search, indicators, menu.
    public static func completing(_ modules: [RegisteredModule]) -> [RegisteredModule] {
        let directory = ModuleDirectory(modules)
        return modules.map { module in
            module.manifest.id == manifest.id
                ? RegisteredModule(manifest: module.manifest, contributions: contributions(directory)) : module
        }
    }

    static func contributions(_ directory: ModuleDirectory) -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = CorePermissions.all
        given.records = [
            ProfessionalRecord.record, GroupRecord.record, TaskRecord.record, SiteRecord.record, RoomRecord.record, ProfileRecord.record,
        ]
        given.pages =
            MenuPages.pages(directory) + SearchPage.pages(directory) + ZonePages(directory: directory).pages + MemberPages.pages
            + MembershipPages.pages
            + ModulePages.pages(directory) + RightsPages.pages(directory) + EvidencePages.pages(directory) + HistoryPages.pages(directory)
            + OriginPages.pages(directory)
            + IndicatorPages.pages(directory) + FilePages.pages + MailPages.pages
        given.endpoints =
            MemberEndpoints.all + RightsEndpoints(directory: directory).all + ModuleEndpoints(directory: directory).all
            + LedgerEndpoints.all + MailEndpoints.all
            + FigureEndpoints(directory: directory).all + ZoneEndpoints(directory: directory).all + [TeamStayViews.endpoint]
        given.events = [StructureEvents.timeZoneChanged.type, MailOutcome.event.type]
        given.navigation = [
            NavigationItem(
                "Tâches", path: "taches", permission: CorePermissions.readTasks, weight: 10, shortcut: "t", words: "à faire relance"),
            NavigationItem(
                "Équipe et annuaire", path: "professionnels", permission: CorePermissions.readProfessionals, weight: 20,
                words: "annuaire contacts membres associés soignants professionnels"),
            NavigationItem("Groupes", path: "groupes", permission: CorePermissions.readProfessionals, weight: 30, words: "listes invités"),
            NavigationItem("Lieux", path: "sites", permission: CorePermissions.readSites, weight: 40, words: "adresse cabinet"),
            NavigationItem("Salles", path: "salles", permission: CorePermissions.readSites, weight: 50, words: "réservation"),
            NavigationItem(
                "Preuves", path: "preuves", permission: CorePermissions.readEvidence, weight: 60,
                words: "registre justificatif émargement journal"),
            NavigationItem(
                "Indicateurs", path: "indicateurs", permission: CorePermissions.readIndicators, weight: 70, words: "chiffres statistiques"),
            NavigationItem(
                "Membres et accès", path: "membres", permission: CorePermissions.readMembers, weight: 80,
                words: "comptes inviter utilisateurs"),
            NavigationItem(
                "Messages", path: "messages", permission: CorePermissions.readMails, weight: 85, words: "mails courriels convocations envoi"
            ),
            NavigationItem("Droits", path: "droits", permission: CorePermissions.readMembers, weight: 90, words: "permissions rôles"),
            NavigationItem("Modules", path: "modules", permission: CorePermissions.manageModules, weight: 100),
            NavigationItem(
                "Historique", path: "historique", permission: CorePermissions.readAudit, weight: 110, words: "journal traces qui"),
            NavigationItem(
                "Fiche de la structure", path: "profil", permission: CorePermissions.readProfile, weight: 120,
                words: "finess siret adresse paramètres"),
        ]
        given.slots = [TeamStayViews.slot]
        given.jobs = Sweep.jobs + directory.recordJobs
        given.today = CoreToday.sources
        given.firstSteps = CoreFirstSteps.all
        return given
    }
}

/// What `core` tells people about the other modules of this build.
struct ModuleDirectory: Sendable {
    /// A module in the order of the navigation.
    struct Entry: Sendable {
        let manifest: ModuleManifest
        let permissions: [Permission]
        let navigation: [NavigationItem]
        let indicators: [Indicator]
        let searches: [SearchSource]
        let clocks: [ClockSource]
        let heardHandlers: [String]
    }

    let entries: [Entry]
    /// French label of each kind of evidence.
    let evidenceLabels: [String: String]
    /// Name and address, below the MSP's own, of each declared record.
    let records: [String: (type: RecordType, path: String)]
    /// French name of each act of a declared record, by its name in the trail: `budget.rule_set.copy`.
    let acts: [String: String]

    init(_ modules: [RegisteredModule]) {
        let sorted = modules.sorted { ($0.manifest.weight, $0.manifest.id) < ($1.manifest.weight, $1.manifest.id) }
        let catalog = RecordCatalog(
            records: sorted.flatMap { module in module.contributions.records.map { (module: module.manifest, record: $0) } }, slots: [])
        entries = sorted.map { module in
            let given = module.contributions
            let plans = given.records.map { RecordPlan(record: $0, module: module.manifest, catalog: catalog) }
            return Entry(
                manifest: module.manifest, permissions: given.permissions, navigation: given.navigation.sorted { $0.weight < $1.weight },
                indicators: given.indicators
                    + plans.flatMap { plan in plan.record.counts.map { RecordCounting(plan: plan, count: $0).indicator } },
                searches: given.searches + plans.compactMap { RecordSearch($0)?.source }, clocks: given.clocks,
                heardHandlers: given.handlers.filter { $0.event == StructureEvents.timeZoneChanged.type.id }.map(\.name))
        }
        evidenceLabels = Dictionary(
            sorted.flatMap { $0.contributions.evidenceKinds.map { ($0.id, $0.label) } }, uniquingKeysWith: { first, _ in first })
        acts = Dictionary(
            sorted.flatMap(\.contributions.records).flatMap { record in
                record.actions.map { ("\(record.id).\($0.id)", $0.label) }
                    + (record.lines.map(\.verbs) + [record.verbs]).flatMap { verbs in verbs.map { ("\(record.id).\($0.key)", $0.value) } }
            }, uniquingKeysWith: { first, _ in first })
        records = Dictionary(
            sorted.flatMap { module in
                module.contributions.records.map { ($0.id, (type: $0, path: "\(module.manifest.path)/\($0.path)")) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Jobs that follow from the declarations of records.
    var recordJobs: [Job] {
        let types = records.values.map(\.type)
        return [DeadlineMail.job(types), RecordFilePurge.job(types)]
    }

    /// Handlers that keep the hours of their module when the zone changes.
    var zoneHandlers: [String] { entries.flatMap(\.heardHandlers) }

    /// The entries of the modules that are on for the reader.
    func visible(to access: Access) -> [Entry] {
        entries.filter { $0.manifest.id == CoreModule.manifest.id || access.modules.contains($0.manifest.id) }
    }
}
