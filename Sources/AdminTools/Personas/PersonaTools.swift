/// The tools of this folder.
enum PersonaTools {
  static let all: [any AdminTool.Type] = [
    DiffPersonaConfig.self, GetPersonaConfig.self, ListPersonaConfigKeys.self, ListPersonaConfigVersions.self,
    ListPersonas.self, RegisterPersona.self, RollbackPersonaConfig.self, SetPersonaKeyACL.self,
    SetPersonaKeySchema.self, SetPersonaOverride.self, SetPersonaState.self, UpdatePersonaConfig.self,
    ValidatePersonaConfig.self,
  ]
}
