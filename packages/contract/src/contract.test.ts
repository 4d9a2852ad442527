import { loadContract, loadFeastContract } from './contract';

describe('loadContract', () => {
  it('holds the feature service with its methods', () => {
    expect(Object.keys(loadContract().v1.FeatureService.service).sort()).toEqual([
      'ExplainFeature',
      'GetFeatureServiceInfo',
      'GetOnlineFeatures',
      'LogPrediction',
    ]);
  });

  it('holds the messages of every file', () => {
    const { packageDefinition } = loadContract();
    for (const name of ['RegistrySnapshot', 'GetOnlineFeaturesResponse', 'MaterializeJob']) {
      expect(packageDefinition[`forebay.v1.${name}`]).toBeDefined();
    }
  });

  it('is read once', () => {
    expect(loadContract()).toBe(loadContract());
  });
});

describe('loadFeastContract', () => {
  it('holds the service that clients of Feast call, under its paths', () => {
    const { servingService } = loadFeastContract();
    expect(Object.values(servingService).map(({ path }) => path)).toEqual([
      '/feast.serving.ServingService/GetFeastServingInfo',
      '/feast.serving.ServingService/GetOnlineFeatures',
    ]);
  });
});
