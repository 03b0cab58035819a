"""The public description of the language, `contracts/asyncapi.yaml`, from the contracts, the topics and what the services declare.

It stands here since `contracts/` knows no service: `python -m deploy.asyncapi` writes it.
"""
