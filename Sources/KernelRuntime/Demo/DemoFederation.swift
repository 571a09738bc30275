import Kernel

/// One MSP of the demonstration (missions.md 17.1). All names are fictitious.
struct DemoMspProfile: Sendable {
    let key: String
    let slug: String
    let name: String
    let shortName: String
    let town: String
    let department: String
    let sites: [String]
    /// `SINGLE_SITE`, `MULTI_SITE`, `WITHOUT_WALLS`.
    let kind: String
    let status: String
    let zone: String?
    let isPriorityDistrict: Bool
    let associates: Int
    let gpPatients: Int
    let activeFile: Int
    let c2sPercent: Int
    /// Profession and number, in the order of the team list; associates come first.
    let team: [(profession: String, count: Int)]

    var id: Identifier { Identifier.derived(from: "demo.msp.\(key)") }
}

/// The federation « Rivages et Plaines » and its eight MSPs.
enum DemoFederation {
    static let id = Identifier.derived(from: "demo.federation")
    static let slug = "rivages-et-plaines"
    static let name = "Fédération des maisons de santé Rivages et Plaines"
    static let region = "Rivages et Plaines"
    static let authority = Identifier.derived(from: "demo.authority")

    static let msps: [DemoMspProfile] = [
        DemoMspProfile(
            key: "A", slug: "trois-ponts", name: "MSP des Trois Ponts", shortName: "A", town: "Saint-Aubrin", department: "91A",
            sites: ["Saint-Aubrin"], kind: "SINGLE_SITE", status: "ACI_SIGNED", zone: "ZAC", isPriorityDistrict: false, associates: 11,
            gpPatients: 3_100, activeFile: 4_450, c2sPercent: 6,
            team: [("GP", 3), ("NURSE", 4), ("PHYSIO", 2), ("PHARMACIST", 2), ("SPEECH", 1), ("MIDWIFE", 1), ("PODIATRIST", 1)]),
        DemoMspProfile(
            key: "B", slug: "val-clair", name: "MSP du Val Clair", shortName: "B", town: "Belmarche", department: "91A",
            sites: ["Belmarche", "Orsonne"], kind: "MULTI_SITE", status: "ACI_SIGNED", zone: nil, isPriorityDistrict: false, associates: 22,
            gpPatients: 6_900, activeFile: 9_800, c2sPercent: 8,
            team: [
                ("GP", 6), ("NURSE", 5), ("NURSE_ASALEE", 1), ("IPA", 1), ("PHYSIO", 4), ("PHARMACIST", 2), ("SPEECH", 2), ("MIDWIFE", 1),
                ("DENTIST", 1), ("PODIATRIST", 1), ("DIETITIAN", 1), ("OT", 1), ("PSYCHOLOGIST", 1),
            ]),
        DemoMspProfile(
            key: "C", slug: "cote-verte", name: "Pôle de santé de la Côte Verte", shortName: "C", town: "Portelune", department: "91B",
            sites: ["Portelune", "Les Salines", "Grève-Haute", "Mareuil", "Kerval"], kind: "MULTI_SITE", status: "ACI_SIGNED", zone: "ZAC",
            isPriorityDistrict: false, associates: 51, gpPatients: 16_400, activeFile: 23_600, c2sPercent: 7,
            team: [
                ("GP", 14), ("NURSE", 16), ("NURSE_ASALEE", 1), ("IPA", 2), ("PHYSIO", 9), ("PHARMACIST", 5), ("SPEECH", 4), ("MIDWIFE", 3),
                ("DENTIST", 3), ("PODIATRIST", 2), ("DIETITIAN", 1), ("OT", 1), ("PSYCHOLOGIST", 1),
            ]),
        DemoMspProfile(
            key: "D", slug: "faubourg-nord", name: "MSP Faubourg-Nord", shortName: "D", town: "Valmont-Ville", department: "91C",
            sites: ["Valmont-Ville"], kind: "SINGLE_SITE", status: "ACI_SIGNED", zone: "ZIP", isPriorityDistrict: true, associates: 24,
            gpPatients: 9_800, activeFile: 14_900, c2sPercent: 27,
            team: [
                ("GP", 8), ("NURSE", 8), ("IPA", 1), ("NURSE_ASALEE", 1), ("PHYSIO", 4), ("PHARMACIST", 2), ("SPEECH", 2), ("MIDWIFE", 1),
                ("DENTIST", 1), ("PODIATRIST", 1), ("PSYCHOLOGIST", 1), ("SOCIAL_WORKER", 1),
            ]),
        DemoMspProfile(
            key: "E", slug: "haut-plateau", name: "MSP du Haut-Plateau", shortName: "E", town: "Roquebrède", department: "91B",
            sites: ["Roquebrède"], kind: "SINGLE_SITE", status: "ACI_SIGNED", zone: "ZIP", isPriorityDistrict: false, associates: 7,
            gpPatients: 2_150, activeFile: 2_900, c2sPercent: 9,
            team: [("GP", 2), ("NURSE", 3), ("PHYSIO", 1), ("PHARMACIST", 1), ("MIDWIFE", 1), ("PODIATRIST", 1)]),
        DemoMspProfile(
            key: "F", slug: "vallee-grise", name: "MSP de la Vallée Grise", shortName: "F", town: "Montfauve", department: "91B",
            sites: ["Montfauve"], kind: "WITHOUT_WALLS", status: "ACI_SIGNED", zone: "ZIP", isPriorityDistrict: false, associates: 15,
            gpPatients: 4_050, activeFile: 5_700, c2sPercent: 8,
            team: [
                ("GP", 4), ("NURSE", 5), ("PHYSIO", 3), ("PHARMACIST", 2), ("SPEECH", 1), ("MIDWIFE", 1), ("DENTIST", 1), ("PODIATRIST", 1),
            ]),
        DemoMspProfile(
            key: "G", slug: "les-remparts", name: "MSP Les Remparts", shortName: "G", town: "Castelnoir", department: "91C",
            sites: ["Castelnoir"], kind: "SINGLE_SITE", status: "ACI_SIGNED", zone: "ZAC", isPriorityDistrict: false, associates: 19,
            gpPatients: 5_600, activeFile: 7_900, c2sPercent: 11,
            team: [
                ("GP", 5), ("NURSE", 6), ("IPA", 1), ("PHYSIO", 4), ("PHARMACIST", 2), ("SPEECH", 2), ("MIDWIFE", 1), ("DENTIST", 1),
                ("PODIATRIST", 1), ("DIETITIAN", 1),
            ]),
        DemoMspProfile(
            key: "H", slug: "grand-large", name: "MSP Grand-Large", shortName: "H", town: "Port-Sable", department: "91A",
            sites: ["Port-Sable"], kind: "SINGLE_SITE", status: "PROJECT", zone: "ZAC", isPriorityDistrict: false, associates: 0,
            gpPatients: 3_300, activeFile: 4_600, c2sPercent: 7,
            team: [("GP", 3), ("NURSE", 4), ("PHYSIO", 2), ("PHARMACIST", 1), ("SPEECH", 1), ("MIDWIFE", 1)]),
    ]
}

/// A person with an account in the demonstration (missions.md 17, 17.2).
struct DemoPerson: Sendable {
    let firstName: String
    let lastName: String
    /// Organisations by key (`FED`, `ARS` or the MSP's letter) with the role there.
    let places: [(key: String, role: Role)]
    /// True when signing in asks for a second factor.
    let hasSecondFactor: Bool
    /// True for who never owes one, though the role asks for it.
    var isEnteredInOneStep = false

    var email: String { DemoNames.email(firstName, lastName, domain: "demo.test") }
    var account: Identifier { Identifier.derived(from: "demo.account.\(email)") }

    static let coordinators: [DemoPerson] = [
        DemoPerson(
            firstName: "Claire", lastName: "Morvan", places: [("A", .coordinator), ("H", .coordinator)], hasSecondFactor: false,
            isEnteredInOneStep: true),
        DemoPerson(firstName: "Julie", lastName: "Perrot", places: [("B", .coordinator)], hasSecondFactor: true),
        DemoPerson(
            firstName: "Anne-Laure", lastName: "Tessier", places: [("C", .coordinator)], hasSecondFactor: false, isEnteredInOneStep: true),
        DemoPerson(firstName: "Mathieu", lastName: "Le Goff", places: [("C", .coordinator)], hasSecondFactor: false),
        DemoPerson(firstName: "Sarah", lastName: "Ndiaye", places: [("D", .coordinator)], hasSecondFactor: false, isEnteredInOneStep: true),
        DemoPerson(
            firstName: "Nadia", lastName: "Ferhat", places: [("E", .coordinator), ("F", .coordinator)], hasSecondFactor: false,
            isEnteredInOneStep: true),
        DemoPerson(firstName: "Luc", lastName: "Barrère", places: [("G", .coordinator)], hasSecondFactor: false, isEnteredInOneStep: true),
    ]

    static let above: [DemoPerson] = [
        DemoPerson(firstName: "Hélène", lastName: "Vasseur", places: [("FED", .federationAdmin)], hasSecondFactor: true),
        DemoPerson(firstName: "Karim", lastName: "Benali", places: [("FED", .federationAgent)], hasSecondFactor: false),
        DemoPerson(firstName: "Solène", lastName: "Guérin", places: [("FED", .federationAgent)], hasSecondFactor: false),
        DemoPerson(firstName: "Paul", lastName: "Darrieux", places: [("ARS", .arsReader)], hasSecondFactor: false),
        DemoPerson(firstName: "Inès", lastName: "Colin", places: [("ARS", .arsReader)], hasSecondFactor: false),
    ]
}
